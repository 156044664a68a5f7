import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { corpusText, recipient } from "../support/cli-case.ts";
import { type KeyWorld, keyWorldPrograms, startKeyWorld } from "../support/cloud/key-world.ts";
import type { CommandRunner, Outcome } from "../support/command-runner.ts";
import { endGpgAgent, type GpgHome, makeGpgHome } from "../support/gpg-home.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { withoutChance } from "../support/without-chance.ts";

/*
 * Every kind of key with every command that takes keys, beside the real sops: what each of the two writes is the same but for what is
 * random, and the other one opens it.
 */

type Kind = "age" | "pgp" | "kms" | "gcp_kms" | "azure_kv" | "hc_vault" | "hckms";

/** How keys of a kind are named. */
interface Naming {
  /** `--FLAG`, `--add-FLAG`, `--rm-FLAG`. */
  readonly flag: string;
  readonly variable: string;
  /** The field of a rule, and what it holds. */
  readonly field: string;
  readonly flat: (keys: readonly string[]) => unknown;
  /** A key group with this one key. */
  readonly group: (key: string) => object;
  /** The environment of somebody who cannot use such keys. */
  readonly closed: Readonly<Record<string, string>>;
}

const commas = (keys: readonly string[]): string => keys.join(",");

const namings: Readonly<Record<Kind, Naming>> = {
  age: {
    flag: "age",
    variable: "SOPS_AGE_RECIPIENTS",
    field: "age",
    flat: commas,
    group: (key) => ({ age: [key] }),
    closed: { SOPS_AGE_KEY: corpusText("keys/carol.txt") },
  },
  pgp: {
    flag: "pgp",
    variable: "SOPS_PGP_FP",
    field: "pgp",
    flat: commas,
    group: (key) => ({ pgp: [key] }),
    closed: { GNUPGHOME: "/nonexistent" },
  },
  kms: {
    flag: "kms",
    variable: "SOPS_KMS_ARN",
    field: "kms",
    flat: commas,
    group: (arn) => ({ kms: [{ arn }] }),
    closed: { AWS_SECRET_ACCESS_KEY: "a-wrong-secret" },
  },
  gcp_kms: {
    flag: "gcp-kms",
    variable: "SOPS_GCP_KMS_IDS",
    field: "gcp_kms",
    flat: commas,
    group: (key) => ({ gcp_kms: [{ resource_id: key }] }),
    closed: { GOOGLE_OAUTH_ACCESS_TOKEN: "ya29.a-wrong-token" },
  },
  azure_kv: {
    flag: "azure-kv",
    variable: "SOPS_AZURE_KEYVAULT_URLS",
    field: "azure_keyvault",
    flat: commas,
    group: (url) => {
      const [, vaultUrl, key, version] = /^(https:\/\/[^/]+)\/keys\/([^/]+)\/(.+)$/.exec(url) ?? [];
      return { azure_keyvault: [{ vaultUrl, key, version }] };
    },
    closed: { IDENTITY_ENDPOINT: "http://127.0.0.1:9/token", HTTPS_PROXY: "http://127.0.0.1:9" },
  },
  hc_vault: {
    flag: "hc-vault-transit",
    variable: "SOPS_VAULT_URIS",
    field: "hc_vault_transit_uri",
    flat: commas,
    group: (key) => ({ hc_vault: [key] }),
    closed: { VAULT_TOKEN: "a-wrong-token" },
  },
  hckms: {
    flag: "hckms",
    variable: "SOPS_HUAWEICLOUD_KMS_IDS",
    field: "hckms",
    flat: (keys) => keys,
    group: (key) => ({ hckms: [{ key_id: key }] }),
    closed: { HUAWEICLOUD_SDK_SK: "a-wrong-secret" },
  },
};

const kinds = Object.keys(namings) as Kind[];

const plain: Readonly<Record<string, string>> = {
  "f.yaml": "# note\na: secret\nb:\n    - 1\n    - true\n",
  "f.json": '{\n\t"a": "secret",\n\t"b": [\n\t\t1\n\t]\n}\n',
  "f.env": "A=secret\n",
  "f.ini": "[s]\na = secret\n",
  "f.bin": "secret",
};
const plainYaml = plain["f.yaml"] ?? "";

describeWithPrograms([...keyWorldPrograms, "gpg"], "every kind of key", (programs) => {
  let world: KeyWorld;
  let gpgHome: GpgHome;
  let env: Readonly<Record<string, string>>;
  let keys: Readonly<Record<Kind, readonly [string, string]>>;

  beforeAll(async () => {
    world = await startKeyWorld(programs);
    // The socket of gpg's agent is in there, and its path must be short.
    gpgHome = await makeGpgHome(await mkdtemp(join(tmpdir(), "gpg-")));
    const identities = ["alice", "bob"].map((name) => corpusText(`keys/${name}.txt`)).join("\n");
    env = { ...world.env, GNUPGHOME: gpgHome.path, SOPS_AGE_KEY: identities };
    keys = {
      age: [recipient("alice"), recipient("bob")],
      pgp: [makePgpKey(gpgHome, "one"), makePgpKey(gpgHome, "two")],
      kms: world.kmsKeys,
      gcp_kms: ["k", "other"].map((name) => `projects/p/locations/l/keyRings/r/cryptoKeys/${name}`) as [string, string],
      azure_kv: ["sops", "other"].map((name) => `https://team.vault.azure.net/keys/${name}/0123456789abcdef`) as [
        string,
        string,
      ],
      hc_vault: ["transit", "deep/transit"].map((engine) => `${world.bao.url}/v1/${engine}/keys/k1`) as [
        string,
        string,
      ],
      hckms: ["cn-north-4:0123-abcd", "cn-north-4:4567"],
    };
  }, 120_000);

  afterAll(async () => {
    vi.unstubAllEnvs();
    await world?.stop();
    endGpgAgent(gpgHome.path);
    await rm(gpgHome.path, { recursive: true, force: true });
  });

  /** A folder for each of the two programs, with the same files. */
  interface Twins {
    readonly folders: readonly [theirs: string, ours: string];
    /** Runs a command that has to succeed with both, and compares what they print and what becomes of the file. */
    both(args: readonly string[], more?: Readonly<Record<string, string>>): Promise<void>;
    /** Writes a file for both. */
    write(name: string, content: string): Promise<void>;
    /** Each program opens the file of the other. */
    openedByTheOther(expected?: string): Promise<void>;
  }

  async function twins(name = "f.yaml"): Promise<Twins> {
    const root = await mkdtemp(join(world.home, "twins-"));
    const folders = [join(root, "theirs"), join(root, "ours")] as const;
    for (const folder of folders) await mkdir(folder);
    const runners = [world.sops, world.sopsTs] as const;
    const write = async (path: string, content: string): Promise<void> => {
      for (const folder of folders) await writeFile(join(folder, path), content);
    };
    await write(name, plain[name] ?? "");
    const outcomeIn = async (run: CommandRunner, args: readonly string[], folder: string, more = {}) => {
      const outcome = await run({ args, directory: folder, env: { ...env, ...more } });
      const shown = (text: string): string => text.replaceAll(folder, "FOLDER");
      const file = withoutChance(await readFile(join(folder, name), "utf8"));
      const stdout = withoutChance(shown(Buffer.from(outcome.stdout).toString()));
      return { status: outcome.status, stdout, stderr: shown(outcome.stderr), file };
    };
    return {
      folders,
      write,
      async both(args, more = {}) {
        const theirs = await outcomeIn(runners[0], args, folders[0], more);
        const ours = await outcomeIn(runners[1], args, folders[1], more);
        expect(theirs, args.join(" ")).toMatchObject({ status: 0 });
        expect({ ...ours, stderr: withoutTime(ours.stderr) }, args.join(" ")).toEqual({
          ...theirs,
          stderr: withoutTime(theirs.stderr),
        });
      },
      async openedByTheOther(expected = plain[name] ?? "") {
        for (const [run, folder] of [
          [world.sops, folders[1]],
          [world.sopsTs, folders[0]],
        ] as const) {
          expect(opened(await run({ args: ["decrypt", name], directory: folder, env }))).toBe(expected);
        }
      },
    };
  }

  const config = (rule: object): string => JSON.stringify({ creation_rules: [rule] });

  describe.each(kinds)("%s", (kind) => {
    const { flag, variable, field, flat, group } = namings[kind];
    const first = (): string => keys[kind][0];
    const second = (): string => keys[kind][1];

    it.each(Object.keys(plain))("opens in %s what the other program wrapped by flag", async (name) => {
      const pair = await twins(name);
      await pair.both(["encrypt", "--in-place", `--${flag}`, first(), name]);
      await pair.openedByTheOther();
    });

    it("is taken from the environment", async () => {
      const pair = await twins();
      await pair.both(["encrypt", "--in-place", "f.yaml"], { [variable]: `${first()},${second()}` });
      await pair.openedByTheOther();
    });

    it("is taken from a flat rule and from a group, and updated to another", async () => {
      const pair = await twins();
      await pair.write(".sops.yaml", config({ [field]: flat([first(), second()]) }));
      await pair.both(["encrypt", "--in-place", "f.yaml"]);
      await pair.openedByTheOther();
      await pair.write(".sops.yaml", config({ key_groups: [group(second())] }));
      await pair.both(["updatekeys", "--yes", "f.yaml"]);
      await pair.openedByTheOther();
      await pair.write("f.yaml", plainYaml);
      await pair.both(["encrypt", "--in-place", "f.yaml"]);
      await pair.openedByTheOther();
      await pair.both(["updatekeys", "--yes", "f.yaml"]);
    });

    it("takes the place of an age key, and the reverse, by updatekeys", async () => {
      const pair = await twins();
      const other = kind === "age" ? namings.pgp.group(keys.pgp[0]) : namings.age.group(keys.age[0]);
      await pair.write(".sops.yaml", config({ key_groups: [other] }));
      await pair.both(["encrypt", "--in-place", "f.yaml"]);
      await pair.write(".sops.yaml", config({ key_groups: [group(first())] }));
      await pair.both(["updatekeys", "--yes", "f.yaml"]);
      await pair.openedByTheOther();
      await pair.write(".sops.yaml", config({ key_groups: [{ ...other, merge: [group(second())] }] }));
      await pair.both(["updatekeys", "--yes", "f.yaml"]);
      await pair.openedByTheOther();
    });

    it("is added and removed by rotate", async () => {
      const pair = await twins();
      await pair.both(["encrypt", "--in-place", "--age", recipient("alice"), "f.yaml"]);
      const keysToAdd = kind === "age" ? [second()] : [first(), second()];
      await pair.both(["rotate", "--in-place", `--add-${flag}`, keysToAdd.join(","), "f.yaml"]);
      await pair.openedByTheOther();
      await pair.both(["rotate", "--in-place", `--rm-${flag}`, second(), "f.yaml"]);
      if (kind !== "age") await pair.both(["rotate", "--in-place", "--rm-age", recipient("alice"), "f.yaml"]);
      await pair.openedByTheOther();
    });

    it("is the key of a group that is added and deleted", async () => {
      const pair = await twins();
      await pair.both(["encrypt", "--in-place", "--age", recipient("alice"), "f.yaml"]);
      const add = ["groups", "add", "--in-place", "--file", "f.yaml", `--${flag}`, first()];
      if (kind === "hckms") {
        // sops reads the flag and forgets it, which leaves a group without keys.
        const [, folder] = pair.folders;
        expect(await world.sopsTs({ args: add, directory: folder, env })).toMatchObject({ status: 0, stderr: "" });
        await writeFile(join(pair.folders[0], "f.yaml"), await readFile(join(folder, "f.yaml")));
      } else {
        await pair.both(add);
      }
      await pair.openedByTheOther();
      expect(await readFile(join(pair.folders[1], "f.yaml"), "utf8")).toContain("shamir_threshold: 2");
      const one = ["--shamir-secret-sharing-threshold", "1"];
      await pair.both(["groups", "delete", "--in-place", "--file", "f.yaml", ...one, "0"]);
      await pair.openedByTheOther();
    });

    it("is not used by somebody who may not", async () => {
      const pair = await twins();
      await pair.both(["encrypt", "--in-place", `--${flag}`, first(), "f.yaml"]);
      for (const [run, folder] of [
        [world.sops, pair.folders[1]],
        [world.sopsTs, pair.folders[0]],
      ] as const) {
        const before = await readFile(join(folder, "f.yaml"), "utf8");
        const { status, stderr } = await run({
          args: ["decrypt", "--in-place", "f.yaml"],
          directory: folder,
          env: { ...env, ...namings[kind].closed },
        });
        expect(status).toBe(128);
        expect(stderr).toMatch(/Group 0: FAILED\n {2}\S+: FAILED\n {4}- \| /);
        expect(await readFile(join(folder, "f.yaml"), "utf8")).toBe(before);
      }
    });

    it("makes with two other kinds groups of which two are needed", async () => {
      const index = kinds.indexOf(kind);
      const three = [0, 1, 2].map((step) => kinds[(index + step) % kinds.length] as Kind);
      const pair = await twins();
      const groups = three.map((name) => namings[name].group(keys[name][0]));
      await pair.write(".sops.yaml", config({ shamir_threshold: 2, key_groups: groups }));
      await pair.both(["encrypt", "--in-place", "f.yaml"]);
      const closed = (names: readonly Kind[]): Record<string, string> =>
        Object.assign({}, ...names.map((name) => namings[name].closed)) as Record<string, string>;
      for (const [run, folder] of [
        [world.sops, pair.folders[1]],
        [world.sopsTs, pair.folders[0]],
      ] as const) {
        const decrypt = (without: readonly Kind[]): Promise<Outcome> =>
          run({ args: ["decrypt", "f.yaml"], directory: folder, env: { ...env, ...closed(without) } });
        for (const name of three) expect(opened(await decrypt([name]))).toBe(plainYaml);
        const { status, stderr } = await decrypt(three.slice(1));
        expect(status).toBe(128);
        expect(stderr).toMatch(/Group 0: SUCCESS[^]*Group 1: FAILED[^]*Group 2: FAILED[^]*only 1\s+part/);
      }
    });
  });

  it("of all kinds at once stand in the order of sops, whatever names them", async () => {
    const pair = await twins("f.json");
    const flags = kinds.flatMap((kind) => [`--${namings[kind].flag}`, keys[kind].join(",")]);
    await pair.both(["encrypt", "--in-place", ...flags, "f.json"]);
    await pair.openedByTheOther();
    await pair.write("f.json", plain["f.json"] ?? "");
    const fields = kinds.map((kind) => [namings[kind].field, namings[kind].flat(keys[kind])]);
    await pair.write(".sops.yaml", config(Object.fromEntries(fields) as object));
    await pair.both(["encrypt", "--in-place", "f.json"]);
    await pair.openedByTheOther();
  });
});

function makePgpKey({ gpg }: GpgHome, name: string): string {
  const words = ["--pinentry-mode", "loopback", "--passphrase", ""];
  const user = `${name} <${name}@example.org>`;
  gpg([...words, "--quick-gen-key", user, "ed25519", "cert,sign", "never"]);
  const listing = gpg(["--with-colons", "--list-keys", `=${user}`]).toString();
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? "";
  gpg([...words, "--quick-add-key", fingerprint, "cv25519", "encr", "never"]);
  return fingerprint;
}

/** What a program printed that had to succeed. */
function opened({ status, stdout, stderr }: Outcome): string {
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return Buffer.from(stdout).toString();
}

function withoutTime(log: string): string {
  return log.replaceAll(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/gm, "TIME");
}
