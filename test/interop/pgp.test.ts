import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PgpKey } from "../../src/core/metadata.ts";
import type { KeyContext } from "../../src/keys/key-source.ts";
import { pgp } from "../../src/keys/pgp/pgp.ts";
import { contextWith, corpusKey, corpusRecipient } from "../keys/context.ts";
import { namedProgram } from "../support/built-program.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { programRunner } from "../support/command-runner.ts";
import { endGpgAgent, type GpgHome, withGpgHome } from "../support/gpg-home.ts";
import { isolatedPlatform } from "../support/in-process.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { installPinentry } from "../support/pinentry.ts";
import { describeWithPrograms } from "../support/programs.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 3);

/** Algorithms of the primary key and of the one that encrypts. */
const kinds: readonly (readonly [string, string, string])[] = [
  ["RSA", "rsa2048", "rsa2048"],
  ["Curve25519", "ed25519", "cv25519"],
  ["NIST P-256", "nistp256", "nistp256"],
];

/** Makes a key and gives its fingerprint. */
function makeKey({ gpg }: GpgHome, primary: string, encrypting: string, passphrase = ""): string {
  const words = ["--pinentry-mode", "loopback", "--passphrase", passphrase];
  const user = `key ${Math.random().toString(36).slice(2)} <test@example.org>`;
  gpg([...words, "--quick-gen-key", user, primary, "cert,sign", "never"]);
  const [fingerprint = ""] = fingerprintsIn(gpg(["--with-colons", "--list-keys", `=${user}`]));
  gpg([...words, "--quick-add-key", fingerprint, encrypting, "encr", "never"]);
  return fingerprint;
}

function fingerprintsIn(listing: Buffer): string[] {
  return [...listing.toString().matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map(([, fingerprint = ""]) => fingerprint);
}

const keyOf = (fingerprint: string, enc = ""): PgpKey => ({
  kind: "pgp",
  fingerprint,
  createdAt: "2026-01-02T03:04:05Z",
  enc,
});

const environment = (home: string, more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  GNUPGHOME: home,
  SOPS_DISABLE_VERSION_CHECK: "1",
  ...more,
});

const contextIn = (home: string, more: Record<string, string> = {}): KeyContext =>
  contextWith({
    platform: isolatedPlatform({ directory: home, env: environment(home, more) }),
    onlyGivenIdentities: false,
  });

describeWithPrograms(["gpg", "sops"], "real gpg and sops", (programs) => {
  const theirs = programRunner([programs.sops]);

  it.each(kinds)("open sops-ts's files with PGP keys, and the reverse: %s", (_, primary, encrypting) =>
    withGpgHome(async (home) => {
      const fingerprint = makeKey(home, primary, encrypting);
      const [directory, env] = [home.path, environment(home.path)];
      writeFileSync(join(directory, "plain.yaml"), "a: 1\n");
      for (const [writer, reader] of [
        [theirs, runSopsTs],
        [runSopsTs, theirs],
      ] as const) {
        const written = await writer({ args: ["encrypt", "--pgp", fingerprint, "plain.yaml"], directory, env });
        expect(written.status, written.stderr).toBe(0);
        writeFileSync(join(directory, "file.yaml"), written.stdout);
        const read = await reader({ args: ["decrypt", "file.yaml"], directory, env });
        expect([read.status, read.stderr, Buffer.from(read.stdout).toString()]).toEqual([0, "", "a: 1\n"]);
      }
    }),
  );

  it("open each other's files with groups of age and PGP keys, of which two are needed", () =>
    withGpgHome(async (home) => {
      const fingerprint = makeKey(home, "ed25519", "cv25519");
      const [alice, bob] = ["alice", "bob"].map(corpusRecipient);
      const directory = home.path;
      const rule = { shamir_threshold: 2, key_groups: [{ age: [alice] }, { pgp: [fingerprint] }, { age: [bob] }] };
      writeFileSync(join(directory, ".sops.yaml"), JSON.stringify({ creation_rules: [rule] }));
      writeFileSync(join(directory, "plain.yaml"), "a: 1\n");
      writeFileSync(join(directory, "bob.txt"), corpusKey("bob.txt"));
      const env = environment(directory, { SOPS_AGE_KEY_FILE: join(directory, "bob.txt") });
      for (const [writer, reader] of [
        [theirs, runSopsTs],
        [runSopsTs, theirs],
      ] as const) {
        const written = await writer({ args: ["encrypt", "plain.yaml"], directory, env });
        expect(written.status, written.stderr).toBe(0);
        writeFileSync(join(directory, "file.yaml"), written.stdout);
        const read = await reader({ args: ["decrypt", "file.yaml"], directory, env });
        expect([read.status, Buffer.from(read.stdout).toString()]).toEqual([0, "a: 1\n"]);
        const alone = await reader({ args: ["decrypt", "file.yaml"], directory, env: environment(directory) });
        expect(alone.status).toBe(128);
        expect(joined(alone.stderr)).toContain(joined("only 1 part(s) were successfully recovered"));
      }
    }));

  it("change the PGP keys of each other's files", () =>
    withGpgHome(async (home) => {
      const fingerprints = [makeKey(home, "ed25519", "cv25519"), makeKey(home, "rsa2048", "rsa2048")];
      const [first = "", second = ""] = fingerprints;
      const [directory, env] = [home.path, environment(home.path)];
      const path = join(directory, "file.yaml");
      for (const [writer, changer] of [
        [theirs, runSopsTs],
        [runSopsTs, theirs],
      ] as const) {
        writeFileSync(path, "a: 1\n");
        const steps = [
          [writer, ["encrypt", "-i", "--pgp", first], [first]],
          [changer, ["rotate", "-i", "--add-pgp", second], fingerprints],
          [writer, ["rotate", "-i", "--rm-pgp", first], [second]],
          [changer, ["decrypt", "-i"], []],
        ] as const;
        for (const [run, args, listed] of steps) {
          const outcome = await run({ args: [...args, "file.yaml"], directory, env });
          expect(outcome.status, outcome.stderr).toBe(0);
          const text = readFileSync(path, "utf8");
          expect(fingerprints.filter((fingerprint) => text.includes(fingerprint))).toEqual(listed);
        }
        expect(readFileSync(path, "utf8")).toBe("a: 1\n");
      }
    }));

  it("report in the same words why a file stays closed", () =>
    withGpgHome((home) =>
      withGpgHome(async (other) => {
        const fingerprint = makeKey(home, "rsa2048", "rsa2048");
        other.gpg(["--import"], home.gpg(["--armor", "--export", fingerprint]));
        const directory = home.path;
        writeFileSync(join(directory, "plain.yaml"), "a: 1\n");
        const written = await theirs({
          args: ["encrypt", "--pgp", fingerprint, "plain.yaml"],
          directory,
          env: environment(home.path),
        });
        writeFileSync(join(directory, "file.yaml"), written.stdout);
        const [sops, ours] = await Promise.all(
          [theirs, runSopsTs].map((run) =>
            run({ args: ["decrypt", "file.yaml"], directory, env: environment(other.path) }),
          ),
        );
        expect([sops?.status, ours?.status]).toEqual([128, 128]);
        expect(joined(ours?.stderr)).toBe(
          joined(sops?.stderr).replace("github.com/ProtonMail/go-crypto/openpgp", "OpenPGP.js"),
        );
        expect(joined(ours?.stderr)).toContain(joined("gpg: decryption failed: No secret key"));

        const missing = await Promise.all(
          [theirs, runSopsTs].map((run) =>
            run({ args: ["encrypt", "--pgp", "0".repeat(40), "plain.yaml"], directory, env: environment(other.path) }),
          ),
        );
        expect(missing.map(({ status }) => status)).toEqual([1, 1]);
        for (const { stderr } of missing) expect(stderr).toContain(`gpg: ${"0".repeat(40)}: skipped: No public key`);
      }),
    ));

  it("open what OpenPGP.js made with the key rings of an old release, and the reverse", (context) => {
    if (namedProgram() !== undefined) context.skip("executables do not contain OpenPGP.js");
    return withGpgHome((home) =>
      withGpgHome(async (old) => {
        const fingerprint = makeKey(home, "rsa2048", "rsa2048");
        writeFileSync(join(old.path, "pubring.gpg"), home.gpg(["--export", fingerprint]));
        writeFileSync(join(old.path, "secring.gpg"), home.gpg(["--export-secret-keys", fingerprint]));
        const directory = old.path;
        const env = environment(old.path, { SOPS_GPG_EXEC: "/nowhere/gpg" });
        writeFileSync(join(directory, "plain.yaml"), "a: 1\n");
        for (const [writer, reader] of [
          [theirs, runSopsTs],
          [runSopsTs, theirs],
        ] as const) {
          const written = await writer({ args: ["encrypt", "--pgp", fingerprint, "plain.yaml"], directory, env });
          expect(written.status, written.stderr).toBe(0);
          writeFileSync(join(directory, "file.yaml"), written.stdout);
          const read = await reader({ args: ["decrypt", "file.yaml"], directory, env });
          expect([read.status, Buffer.from(read.stdout).toString()]).toEqual([0, "a: 1\n"]);
        }
      }),
    );
  });
});

/** A report in one line: it is wrapped by its length, which the names in it change. */
function joined(report = ""): string {
  return report
    .replaceAll(/[\s|]+/g, " ")
    .replaceAll("- ", "-")
    .replaceAll(" ", "");
}

describeWithPrograms(["gpg"], "real gpg", () => {
  it("encrypts for the subkey that a fingerprint with ! names", () =>
    withGpgHome(async (home) => {
      const fingerprint = makeKey(home, "ed25519", "cv25519");
      home.gpg([
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "",
        "--quick-add-key",
        fingerprint,
        "rsa2048",
        "encr",
        "never",
      ]);
      const subkeys = fingerprintsIn(home.gpg(["--with-colons", "--list-keys", fingerprint])).slice(1);
      const context = contextIn(home.path);
      for (const subkey of subkeys) {
        const enc = await pgp.wrap(keyOf(`${subkey}!`), dataKey, context);
        const packets = home.gpg(["--list-packets", "--list-only"], enc).toString();
        expect(packets).toContain(`keyid ${subkey.slice(-16)}`);
        expect(await pgp.unwrap(keyOf(subkey, enc), context)).toEqual(dataKey);
      }
    }));

  it("has its agent ask for a passphrase", () =>
    withGpgHome(async (home) => {
      const shown = installPinentry(home.path, "open sesame");
      const fingerprint = makeKey(home, "ed25519", "cv25519", "open sesame");
      endGpgAgent(home.path);
      const context = contextIn(home.path);
      const enc = await pgp.wrap(keyOf(fingerprint), dataKey, context);
      expect(await pgp.unwrap(keyOf(fingerprint, enc), context)).toEqual(dataKey);
      expect(readFileSync(shown, "utf8")).toContain("OpenPGP secret key");

      installPinentry(home.path, "open barley");
      endGpgAgent(home.path);
      const error = await pgp.unwrap(keyOf(fingerprint, enc), context).catch((thrown: unknown) => thrown);
      expect((error as Error).message).toContain("gpg: decryption failed");
      await expectNoSecrets(["open barley", dataKey], { errors: [error] });
    }));

  describe.each(kinds)("and OpenPGP.js open each other's messages: %s", (_, primary, encrypting) => {
    it.each(["", "open sesame"])("with the passphrase %j", (passphrase) =>
      withGpgHome(async (home) => {
        const fingerprint = makeKey(home, primary, encrypting, passphrase);
        const words = ["--pinentry-mode", "loopback", "--passphrase", passphrase];
        const exported = home.gpg([...words, "--armor", "--export-secret-keys", fingerprint]).toString();
        const asked: string[] = [];
        const memory = contextWith({
          identities: [exported],
          askSecret: async (question) => (asked.push(question), passphrase),
        });

        const ours = await pgp.wrap(keyOf(fingerprint), dataKey, memory);
        expect(new Uint8Array(home.gpg([...words, "-d"], ours))).toEqual(dataKey);

        const message = home.gpg(["--armor", "--encrypt", "--trust-model", "always", "-r", fingerprint], dataKey);
        expect(await pgp.unwrap(keyOf(fingerprint, message.toString()), memory)).toEqual(dataKey);
        expect(asked).toEqual(passphrase === "" ? [] : [`Enter passphrase for PGP key ${fingerprint}:`]);
      }),
    );
  });
});
