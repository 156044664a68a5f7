import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { parse } from "yaml";
import type { AgeKey, KeyGroup } from "../../src/core/metadata.ts";
import { age } from "../../src/keys/age/age.ts";
import { unwrapDataKey, type WrappedDataKey } from "../../src/keys/data-key.ts";
import { platform } from "../../src/platform/node.ts";
import { contextWith } from "../keys/context.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 3);

interface KeyPair {
  readonly recipient: string;
  /** Path of the identity file. */
  readonly path: string;
}

const agePair = (ageKeygen: string, path: string, ...flags: string[]): KeyPair => {
  execFileSync(ageKeygen, [...flags, "-o", path], { stdio: "ignore" });
  return { recipient: execFileSync(ageKeygen, ["-y", path]).toString().trim(), path };
};

const sshPair = (sshKeygen: string, path: string, ...flags: string[]): KeyPair => {
  execFileSync(sshKeygen, ["-q", "-N", "", "-C", "a comment", "-f", path, ...flags], { stdio: "ignore" });
  return { recipient: readFileSync(`${path}.pub`, "utf8").trim(), path };
};

describeWithPrograms(["age", "age-keygen", "ssh-keygen"], "real age", (programs) => {
  const make = {
    X25519: (path: string) => agePair(programs["age-keygen"], path),
    hybrid: (path: string) => agePair(programs["age-keygen"], path, "-pq"),
    "ssh-ed25519": (path: string) => sshPair(programs["ssh-keygen"], path, "-t", "ed25519"),
    "ssh-rsa": (path: string) => sshPair(programs["ssh-keygen"], path, "-t", "rsa", "-b", "2048"),
    "ssh-rsa in PKCS #1": (path: string) =>
      sshPair(programs["ssh-keygen"], path, "-t", "rsa", "-b", "2048", "-m", "PEM"),
    "ssh-rsa in PKCS #8": (path: string) =>
      sshPair(programs["ssh-keygen"], path, "-t", "rsa", "-b", "3072", "-m", "PKCS8"),
  };

  it.each(Object.entries(make))("and sops-ts open each other's files: %s", (_, makePair) =>
    withTemporaryDirectory(async (folder) => {
      const { recipient, path } = makePair(join(folder, "key"));
      const context = contextWith({ identities: [readFileSync(path, "utf8")] });
      const theirs = execFileSync(programs.age, ["-e", "-a", "-r", recipient], { input: dataKey }).toString();
      expect(await age.unwrap({ kind: "age", recipient, enc: theirs }, context)).toEqual(dataKey);

      const [key] = (await age.parse(recipient, context)) as [AgeKey];
      const ours = await age.wrap(key, dataKey, context);
      const opened = execFileSync(programs.age, ["-d", "-i", path], { input: ours });
      expect(new Uint8Array(opened)).toEqual(dataKey);
      expect(ours.replaceAll(/^[\w+/=]+$/gm, "")).toBe(theirs.replaceAll(/^[\w+/=]+$/gm, ""));
    }),
  );

  it("files for several recipients are opened by each of them", () =>
    withTemporaryDirectory(async (folder) => {
      const pairs = (["X25519", "ssh-ed25519", "ssh-rsa", "X25519"] as const).map((kind, index) =>
        make[kind](join(folder, `key${index}`)),
      );
      const recipients = pairs.flatMap(({ recipient }) => ["-r", recipient]);
      const enc = execFileSync(programs.age, ["-e", "-a", ...recipients], { input: dataKey }).toString();
      for (const { path } of pairs) {
        const context = contextWith({ identities: [readFileSync(path, "utf8")] });
        expect(await age.unwrap({ kind: "age", recipient: "", enc }, context)).toEqual(dataKey);
      }
    }));
});

function metadataOf(path: string): WrappedDataKey {
  type Stored = { age?: { recipient: string; enc: string }[]; key_groups?: Stored[]; shamir_threshold?: number };
  const { sops } = parse(readFileSync(path, "utf8")) as { sops: Stored };
  const groupOf = (stored: Stored): KeyGroup => (stored.age ?? []).map((key) => ({ kind: "age", ...key }));
  return { keyGroups: (sops.key_groups ?? [sops]).map(groupOf), shamirThreshold: sops.shamir_threshold ?? 0 };
}

describeWithPrograms(["sops", "age-keygen", "ssh-keygen"], "real sops", (programs) => {
  afterEach(() => vi.unstubAllEnvs());

  /** What a case changes about a home that has nothing in it. */
  interface Home {
    readonly folder: string;
    readonly pairs: readonly KeyPair[];
    readonly secret: string;
  }

  const cases: readonly (readonly [string, (home: Home) => Record<string, string>])[] = [
    ["no identity at all", () => ({})],
    ["one identity of another recipient", ({ secret }) => ({ SOPS_AGE_KEY: secret })],
    ["two identities of other recipients", ({ secret }) => ({ SOPS_AGE_KEY: `${secret}\t${secret}` })],
    ["a variable without identities", () => ({ SOPS_AGE_KEY: "# nothing here" })],
    ["an empty variable", () => ({ SOPS_AGE_KEY: "" })],
    ["a file that is not there", ({ folder }) => ({ SOPS_AGE_KEY_FILE: join(folder, "missing") })],
    ["a file name that is empty", () => ({ SOPS_AGE_KEY_FILE: "" })],
    [
      "a folder where a file should be",
      ({ folder }) => ({ SOPS_AGE_SSH_PRIVATE_KEY_FILE: join(folder, "missing", "x") }),
    ],
    [
      "an identity in the user's configuration",
      ({ folder, secret }) => {
        mkdirSync(join(folder, ".config/sops/age"), { recursive: true });
        writeFileSync(join(folder, ".config/sops/age/keys.txt"), `# comment\n\n${secret}\n`);
        return {};
      },
    ],
    ["another configuration folder", ({ folder }) => ({ XDG_CONFIG_HOME: join(folder, "elsewhere") })],
    [
      "an SSH key at home",
      ({ folder }) => {
        mkdirSync(join(folder, ".ssh"));
        sshPair(programs["ssh-keygen"], join(folder, ".ssh/id_ed25519"), "-t", "ed25519");
        return {};
      },
    ],
    ["a command that prints nothing", () => ({ SOPS_AGE_KEY_CMD: "true" })],
    ["a command that prints an identity", ({ secret }) => ({ SOPS_AGE_KEY_CMD: `printf '%s\\n' ${secret}` })],
  ];

  it.each(cases)("reports in the same words that nothing opens a file: %s", (_, prepare) =>
    withTemporaryDirectory(async (folder) => {
      const pairs = ["a", "b"].map((name) => agePair(programs["age-keygen"], join(folder, name)));
      const { path: otherPath } = agePair(programs["age-keygen"], join(folder, "other"));
      const secret = /AGE-SECRET-KEY-\S+/.exec(readFileSync(otherPath, "utf8"))?.[0] ?? "";
      await compareReports(folder, pairs, prepare({ folder, pairs, secret }), secret);
    }),
  );

  it("reports in the same words how many groups were opened", () =>
    withTemporaryDirectory(async (folder) => {
      const pairs = ["a", "b", "c"].map((name) => agePair(programs["age-keygen"], join(folder, name)));
      const rule = pairs.map(({ recipient }) => ({ age: [recipient] }));
      const config = { creation_rules: [{ shamir_threshold: 3, key_groups: rule }] };
      writeFileSync(join(folder, "config.yaml"), JSON.stringify(config));
      await compareReports(folder, pairs, { SOPS_AGE_KEY_FILE: pairs[1]?.path ?? "" }, "", [
        "--config",
        join(folder, "config.yaml"),
        "encrypt",
      ]);
    }));

  async function compareReports(
    folder: string,
    pairs: readonly KeyPair[],
    variables: Record<string, string>,
    secret: string,
    command = ["encrypt", "--age", pairs.map(({ recipient }) => recipient).join(",")],
  ): Promise<void> {
    const env = { HOME: folder, PATH: process.env["PATH"] ?? "", ...variables };
    const file = join(folder, "file.yaml");
    writeFileSync(file, "a: 1\n");
    execFileSync(programs.sops, [...command, "-i", file], { env: { HOME: folder } });
    const theirs = spawnSync(programs.sops, ["decrypt", file], { env });
    expect(theirs.status).toBe(128);

    for (const name of ["XDG_CONFIG_HOME", ...Object.keys(process.env).filter((key) => key.startsWith("SOPS_"))]) {
      vi.stubEnv(name, undefined);
    }
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const context = contextWith({ platform, onlyGivenIdentities: false });
    const error = await unwrapDataKey(metadataOf(file), context).catch((thrown: unknown) => thrown);
    expect(`${(error as Error).message}\n`).toBe(theirs.stderr.toString());
    if (secret !== "") await expectNoSecrets([secret.slice(20)], { errors: [error] });
  }
});
