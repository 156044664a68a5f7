import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { nixCorpusFolder } from "./support/nix-corpus-folder.ts";
import { nixCorpusText } from "./support/nix-corpus.ts";
import { runSopsTs } from "./support/sops-ts.ts";
import { installEditor, type EditorRound } from "./support/scripted-editor.ts";
import { withTemporaryDirectory } from "./support/temporary-directory.ts";

/*
 * What a NixOS user does with sops-ts, from the first key to values for Nix, each by its number R1 to R27, and R36. Secrets for a whole
 * machine, R28 to R35, need root: `interop/nixos-machine.test.ts` has them.
 */

interface Repository {
  readonly people: Readonly<Record<string, { readonly recipient: string; readonly identity: string }>>;
  readonly files: readonly RepositoryFile[];
  readonly rules: readonly RuleCase[];
}

interface RepositoryFile {
  readonly path: string;
  readonly format: string;
  readonly readers: readonly string[];
  readonly plaintext?: string;
  readonly plaintextBase64?: string;
}

interface RuleCase {
  readonly config: string;
  readonly cwd: string;
  readonly path: string;
  readonly groups: readonly (readonly string[])[] | null;
  readonly shamirThreshold?: number;
  readonly exit?: number;
  readonly stderrHas?: string;
}

const repository = JSON.parse(nixCorpusText("repo/expected.json")) as Repository;
const { people, files } = repository;

interface Ended {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A user's machine: a home, a working directory, and the command lines that the user types. */
class Desk {
  readonly home: string;
  readonly directory: string;

  constructor(root: string) {
    this.home = join(root, "home");
    this.directory = join(root, "work");
    mkdirSync(this.home);
  }

  async run(args: readonly string[], options: Partial<DeskOptions> = {}): Promise<Ended> {
    const { as, env = {}, stdin = "", cwd = "." } = options;
    const identity = as === undefined ? {} : { SOPS_AGE_KEY: people[as]?.identity ?? "" };
    const outcome = await runSopsTs({
      args,
      directory: join(this.directory, cwd),
      env: { PATH: process.env["PATH"] ?? "", HOME: this.home, TMPDIR: this.home, ...identity, ...env },
      stdin: Buffer.from(stdin),
    });
    return { ...outcome, stdout: Buffer.from(outcome.stdout) };
  }

  write(path: string, text: string | Buffer): void {
    const place = join(this.directory, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }

  read(path: string): Buffer {
    return readFileSync(join(this.directory, path));
  }

  editor(...rounds: readonly EditorRound[]): ReturnType<typeof installEditor> {
    const folder = join(this.home, `editor-${Math.random().toString(36).slice(2)}`);
    mkdirSync(folder);
    return installEditor(folder, rounds);
  }
}

interface DeskOptions {
  /** Whose identity is in the environment. */
  readonly as: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** Below the desk's directory. */
  readonly cwd: string;
}

/** A desk with a copy of a folder of the corpus as its working directory. */
async function atDesk(folder: string | undefined, act: (desk: Desk) => Promise<void>): Promise<void> {
  await withTemporaryDirectory(async (root) => {
    const desk = new Desk(root);
    if (folder === undefined) mkdirSync(desk.directory);
    else cpSync(join(nixCorpusFolder, folder), desk.directory, { recursive: true });
    await act(desk);
  });
}

const plaintextOf = (file: RepositoryFile): Buffer =>
  file.plaintextBase64 === undefined ? Buffer.from(file.plaintext ?? "") : Buffer.from(file.plaintextBase64, "base64");
const recipientsOf = (names: readonly string[]): string[] => names.map((name) => people[name]?.recipient ?? "");
const salt = "WAKAPI_PASSWORD_SALT=adgjajnnaghauhlaksfjdk\n";
const newFile = "machines/homelab1/secrets/your-first-secrets";

describe("a NixOS user's keys:", () => {
  it("R1: a key of age-keygen in ~/.config/sops/age is found and used without any flag", () =>
    atDesk(undefined, async (desk) => {
      mkdirSync(join(desk.home, ".config/sops/age"), { recursive: true });
      const { stderr } = await desk.run(["age-keygen", "-o", "../home/.config/sops/age/keys.txt"]);
      const [, recipient = ""] = /^Public key: (age1\w+)$/m.exec(stderr) ?? [];
      desk.write("s.yaml", "a: 1\n");
      expect(await desk.run(["encrypt", "-i", "--age", recipient, "s.yaml"])).toMatchObject({ status: 0 });
      expect((await desk.run(["decrypt", "s.yaml"])).stdout.toString()).toBe("a: 1\n");
    }));

  it.each(["rage", "rage-zh", "rage-fr"])("R2: comments of a key file may be in any language: %s", (name) =>
    atDesk("keygen", async (desk) => {
      const env = { SOPS_AGE_KEY_FILE: `files/${name}.txt` };
      expect(await desk.run(["decrypt", `doc-${name}.yaml`], { env })).toMatchObject({ status: 0 });
    }),
  );

  it("R3: the recipient comes from the secret line, not from a comment", () =>
    atDesk("keygen", async (desk) => {
      const [right, wrong] = await Promise.all(
        ["age", "wrong-comment"].map((name) => desk.run(["age-keygen", "-y", `files/${name}.txt`])),
      );
      expect(wrong?.stdout).toEqual(right?.stdout);
    }));

  it("R4: a host's public key becomes a recipient", () =>
    atDesk("repo/keys", async (desk) => {
      for (const host of ["homelab1", "homelab2"]) {
        const { stdout } = await desk.run(["ssh-to-age"], { stdin: desk.read(`${host}.pub`).toString() });
        expect(stdout.toString()).toBe(`${people[host]?.recipient}\n`);
      }
    }));

  it("R5: of the keys that ssh-keyscan and ssh-add print each ed25519 one becomes a recipient", () =>
    atDesk("ssh-to-age", async (desk) => {
      for (const [file, count] of [
        ["keyscan.txt", 3],
        ["authorized_keys", 2],
      ] as const) {
        const { status, stdout, stderr } = await desk.run(["ssh-to-age"], { stdin: desk.read(file).toString() });
        expect([status, stdout.toString().match(/^age1\w{58}$/gm)?.length]).toEqual([0, count]);
        expect(stderr).toContain("skipped key: got ssh-rsa key type");
      }
    }));

  it("R6: an SSH key becomes an identity that opens files made for R4's recipient", () =>
    atDesk("repo", async (desk) => {
      mkdirSync(join(desk.home, ".config/sops/age"), { recursive: true });
      const args = ["ssh-to-age", "-private-key", "-i", "keys/homelab1", "-o", "../home/.config/sops/age/keys.txt"];
      expect(await desk.run(args)).toMatchObject({ status: 0, stderr: "" });
      const path = "nix-config/machines/homelab1/secrets/wakapi-passwd-salt";
      expect((await desk.run(["decrypt", path])).stdout.toString()).toBe(salt);
    }));
});

describe("a NixOS user's rules:", () => {
  const wanted: readonly [row: string, about: string, config: string][] = [
    ["R7", "aliases of a list of keys, and a group in rule order", ".sops.yaml"],
    ["R8", "a regular expression that is searched in the path", "simple.yaml"],
    ["R9", "a glob by intent that is a regular expression in fact", "star.yaml"],
    ["R10", "the first rule that matches", ".sops.yaml"],
    ["R12", "rules of one level each", "nested.yaml"],
    ["R13", "a dash that makes a group of its own", "dash.yaml"],
    ["R15", "forms without groups", "comma.yaml"],
  ];
  const encrypt = async (rule: RuleCase): Promise<Ended> => {
    let ended: Ended | undefined;
    await atDesk(undefined, async (desk) => {
      const folder = rule.config === ".sops.yaml" ? "repo/nix-config" : "repo/rules";
      desk.write(".sops.yaml", nixCorpusText(`${folder}/${rule.config}`));
      desk.write("plain", "x");
      mkdirSync(join(desk.directory, rule.cwd), { recursive: true });
      const path = rule.path.replaceAll("@DIR@", desk.directory);
      const types = ["--input-type", "binary", "--output-type", "json"];
      const args = ["encrypt", "--filename-override", path, ...types, join(desk.directory, "plain")];
      ended = await desk.run(args, { cwd: rule.cwd });
    });
    return ended ?? expect.fail("nothing was run");
  };
  const expectGroups = async (rule: RuleCase): Promise<void> => {
    const { status, stdout, stderr } = await encrypt(rule);
    if (rule.groups === null) return void expect([status, stdout.length], stderr).toEqual([rule.exit, 0]);
    const { sops } = JSON.parse(stdout.toString()) as { sops: Metadata };
    const groups = (sops.key_groups ?? [sops]).map(({ age }) => age.map(({ recipient }) => recipient));
    expect(groups).toEqual(rule.groups.map(recipientsOf));
    expect(sops.shamir_threshold).toBe(rule.shamirThreshold);
  };

  it.each(wanted)("%s: %s", async (_, __, config) => {
    const rules = repository.rules.filter((rule) => rule.config === config && rule.groups !== null);
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) await expectGroups(rule);
  });

  it("R11: a path that no rule matches is refused, and nothing is written", async () => {
    const rules = repository.rules.filter(({ groups }) => groups === null);
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) await expectGroups(rule);
    await atDesk("repo/nix-config", async (desk) => {
      const editor = desk.editor({ saves: "x" });
      const { status, stderr } = await desk.run(["no/rule.here"], { as: "alice", env: { EDITOR: editor.command } });
      expect([status, editor.shown(), existsSync(join(desk.directory, "no"))]).toEqual([1, [], false]);
      expect(stderr).toContain("error loading config: no matching creation rules found");
    });
  });

  it("R12: any one key of a group opens the file, and a second rule's files are its own", () =>
    atDesk(undefined, async (desk) => {
      desk.write(".sops.yaml", nixCorpusText("repo/rules/nested.yaml"));
      for (const path of ["secrets/a.yaml", "secrets/azmidi/a.yaml"]) {
        desk.write(path, "k: v\n");
        expect(await desk.run(["encrypt", "-i", path])).toMatchObject({ status: 0 });
      }
      const status = async (reader: string, path: string): Promise<number> =>
        (await desk.run(["decrypt", path], { as: reader })).status;
      expect([await status("alice", "secrets/a.yaml"), await status("homelab1", "secrets/a.yaml")]).toEqual([0, 0]);
      expect(await status("alice", "secrets/azmidi/a.yaml")).toBe(0);
      expect(await status("homelab1", "secrets/azmidi/a.yaml")).toBe(128);
      desk.write("secrets/a.yml", "k: v\n");
      expect(await desk.run(["encrypt", "secrets/a.yml"])).toMatchObject({ status: 1 });
    }));

  it("R13: of two groups both keys are needed", () =>
    atDesk(undefined, async (desk) => {
      const groups = ["alice", "homelab1"].map((name) => `      - age: [${people[name]?.recipient}]\n`).join("");
      desk.write(".sops.yaml", `creation_rules:\n  - key_groups:\n${groups}`);
      desk.write("s.yaml", "k: v\n");
      await desk.run(["encrypt", "-i", "s.yaml"]);
      expect((await desk.run(["decrypt", "s.yaml"], { as: "alice" })).status).toBe(128);
      const both = { SOPS_AGE_KEY: `${people["alice"]?.identity}\n${people["homelab1"]?.identity}` };
      expect((await desk.run(["decrypt", "s.yaml"], { env: both })).stdout.toString()).toBe("k: v\n");
    }));

  it("R14: the rules are looked for from the working directory upwards", async () => {
    const rules = repository.rules.filter(({ cwd }) => cwd !== ".");
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) await expectGroups(rule);
  });
});

/** The line of a YAML file's metadata. */
const lineOf = (name: string, text: string): string => new RegExp(`^    ${name}: .*$`, "m").exec(text)?.[0] ?? "";
/** The keys in a YAML file's metadata. */
const metadataKeys = (text: string): string => / {8}- enc: \|[^]*(?= {4}lastmodified)/.exec(text)?.[0] ?? "";
/** The data key as each recipient of a YAML file has it. */
const wrappedKeys = (text: string): string[] => text.match(/-----BEGIN AGE[^]*?-----END AGE/g) ?? [];

interface EncryptedBinary {
  readonly data: string;
  readonly sops: {
    readonly age: readonly { readonly recipient: string; readonly enc: string }[];
    readonly mac: string;
    readonly lastmodified: string;
  };
}

interface Metadata {
  readonly age: readonly { readonly recipient: string }[];
  readonly key_groups?: readonly { readonly age: readonly { readonly recipient: string }[] }[];
  readonly shamir_threshold?: number;
}

describe("a NixOS user's files:", () => {
  it("R16: a new file without extension is binary, and its bytes come back", () =>
    atDesk("repo/nix-config", async (desk) => {
      const editor = desk.editor({ saves: salt });
      expect(await desk.run([newFile], { as: "alice", env: { EDITOR: editor.command } })).toMatchObject({ status: 0 });
      expect(editor.shown()).toEqual(["Welcome to SOPS! Edit this file as you please!"]);
      expect(editor.paths()).toEqual([expect.stringMatching(/\/your-first-secrets$/)]);
      const text = desk.read(newFile).toString();
      expect(text).toMatch(/^\{\n\t"data": "ENC\[AES256_GCM,.*\],?"[^]*\n\}\n$/);
      const { sops, ...rest } = JSON.parse(text) as { sops: object };
      expect(Object.keys(rest)).toEqual(["data"]);
      expect(Object.keys(sops).toSorted()).toEqual(["age", "lastmodified", "mac", "version"]);
      for (const reader of ["alice", "homelab1"]) {
        expect((await desk.run(["decrypt", newFile], { as: reader })).stdout.toString()).toBe(salt);
      }
    }));

  it("R17: the editor is SOPS_EDITOR, else EDITOR; one that fails or changes nothing leaves the file", () =>
    atDesk("repo/nix-config", async (desk) => {
      const before = desk.read("common/secrets.yaml");
      const open = async (env: Record<string, string>, path = "common/secrets.yaml"): Promise<number> =>
        (await desk.run([path], { as: "alice", env })).status;
      const unchanged = await desk.run(["common/secrets.yaml"], { as: "alice", env: { EDITOR: "true --wait" } });
      expect(unchanged).toMatchObject({ status: 200, stderr: "File has not changed, exiting.\n" });
      expect(await open({ EDITOR: "false" })).toBe(201);
      expect(await open({ EDITOR: "false", SOPS_EDITOR: "true" })).toBe(200);
      expect(desk.read("common/secrets.yaml")).toEqual(before);
      expect(await open({ EDITOR: "true" }, newFile)).toBe(200);
      expect(existsSync(join(desk.directory, newFile))).toBe(false);
    }));

  it("R17: without either it is the first of vim, nano and vi on the PATH, and without those nothing happens", () =>
    atDesk("repo/nix-config", async (desk) => {
      const open = async (): Promise<number> => {
        const env = { PATH: join(desk.directory, "bin"), EDITOR: "" };
        return (await desk.run(["common/secrets.yaml"], { as: "alice", env })).status;
      };
      const install = (name: string, status: number): void => {
        desk.write(`bin/${name}`, `#!/bin/sh\nexit ${status}\n`);
        chmodSync(join(desk.directory, "bin", name), 0o755);
      };
      expect(await open()).toBe(201);
      install("vi", 0);
      expect(await open()).toBe(200);
      install("nano", 1);
      expect(await open()).toBe(201);
      install("vim", 0);
      expect(await open()).toBe(200);
    }));

  it("R18: editing keeps the ciphertext of what does not change, and the recipients, whatever the rules say by now", () =>
    atDesk("repo/nix-config", async (desk) => {
      desk.write(".sops.yaml", `creation_rules:\n  - age: ${people["alice"]?.recipient}\n`);
      const path = "common/secrets.yaml";
      const [file] = files.filter((candidate) => candidate.path === path);
      const plaintext = `${file?.plaintext}added_key: fresh\n`;
      const before = desk.read(path).toString();
      const sealed = before.match(/^.*ENC\[.*type:str\]$/gm) ?? [];
      const editor = desk.editor({ saves: plaintext });
      expect(await desk.run([path], { as: "alice", env: { EDITOR: editor.command } })).toMatchObject({ status: 0 });
      const after = desk.read(path).toString();
      const values = sealed.filter((line) => !line.includes("mac:"));
      expect(values.filter((line) => !after.includes(line))).toEqual([]);
      for (const name of ["mac", "lastmodified"]) expect(lineOf(name, after)).not.toBe(lineOf(name, before));
      expect(wrappedKeys(after)).toEqual(wrappedKeys(before));
      expect((await desk.run(["decrypt", path], { as: "homelab2" })).stdout.toString()).toBe(plaintext);
    }));

  it("R19: the file that the guide prints opens, but its MAC does not fit", () =>
    atDesk("guide", async (desk) => {
      const env = { SOPS_AGE_KEY_FILE: "keys.txt" };
      expect(await desk.run(["decrypt", "your-first-secrets"], { env })).toMatchObject({ status: 51 });
      const ignored = await desk.run(["decrypt", "--ignore-mac", "your-first-secrets"], { env });
      expect(ignored.stdout.toString()).toBe("adgjajnnaghauhlaksfjdk\n");
    }));

  it("R20: who is missing among the recipients gets the list of those that were tried", () =>
    atDesk("repo/nix-config", async (desk) => {
      const path = "machines/homelab1/secrets/hashedPassword";
      const { status, stdout, stderr } = await desk.run(["decrypt", path], { as: "homelab2" });
      expect([status, stdout.length]).toEqual([128, 0]);
      for (const recipient of recipientsOf(["alice", "homelab1"])) expect(stderr).toContain(`${recipient}: FAILED`);
    }));

  it.each(files)("R21, R24: $path is $format, for its readers alone", (file) =>
    atDesk("repo/nix-config", async (desk) => {
      for (const name of Object.keys(people)) {
        const { status, stdout } = await desk.run(["decrypt", file.path], { as: name });
        if (file.readers.includes(name)) expect([status, stdout]).toEqual([0, plaintextOf(file)]);
        else expect([status, stdout.length]).toEqual([128, 0]);
      }
    }),
  );

  it("R22: an existing file is encrypted beside or in place, and never twice", () =>
    atDesk("repo/nix-config", async (desk) => {
      const [path, keytab] = ["machines/homelab2/secrets/krb5.keytab", Buffer.from([5, 2, 0, 255, 10, 13, 0])];
      desk.write(path, keytab);
      expect(await desk.run(["encrypt", path])).toMatchObject({ status: 0 });
      expect(desk.read(path)).toEqual(keytab);
      expect(await desk.run(["encrypt", "-i", path])).toMatchObject({ status: 0 });
      expect((await desk.run(["decrypt", path], { as: "homelab2" })).stdout).toEqual(keytab);
      const before = desk.read("common/secrets.yaml");
      expect(await desk.run(["encrypt", "-i", "common/secrets.yaml"])).toMatchObject({ status: 203 });
      expect(desk.read("common/secrets.yaml")).toEqual(before);
    }));

  it("R23: no encrypted file shows a value or a comment", () =>
    atDesk("repo/nix-config", async (desk) => {
      desk.write("common/new.yaml", "# canary-comment\nvisible_key: canary-value\n");
      await desk.run(["encrypt", "-i", "common/new.yaml"]);
      const text = desk.read("common/new.yaml").toString();
      expect(text).toContain("visible_key: ENC[");
      expect(text).not.toMatch(/canary/);
    }));

  it("R25: a host is added: its recipient, an anchor, the alias in a rule, and updatekeys", () =>
    atDesk("repo/nix-config", async (desk) => {
      const path = "machines/homelab1/secrets/hashedPassword";
      const { stdout } = await desk.run(["ssh-to-age"], { stdin: nixCorpusText("repo/keys/homelab2.pub") });
      const bob = stdout.toString().trim();
      const rules = desk.read(".sops.yaml").toString();
      const withAnchor = rules.replace("creation_rules:", `  - &server_bob ${bob}\ncreation_rules:`);
      desk.write(".sops.yaml", withAnchor.replace(/ {10}- \*server_homelab1\n/, "$&          - *server_bob\n"));
      const before = desk.read(path);
      const update = (words: readonly string[], stdin = ""): Promise<Ended> =>
        desk.run(["updatekeys", ...words, path], { as: "alice", stdin });

      const refused = await update([], "n\n");
      expect([refused.status, desk.read(path)]).toEqual([0, before]);
      const [alice, homelab1] = recipientsOf(["alice", "homelab1"]);
      expect(refused.stdout.toString()).toBe(
        "The following changes will be made to the file's groups:\n" +
          `Group 1\n    ${alice}\n    ${homelab1}\n+++ ${bob}\nIs this okay? (y/n):`,
      );
      const accepted = await update([], "y\n");
      expect([accepted.status, accepted.stdout]).toEqual([0, refused.stdout]);
      const [old, fresh] = [before, desk.read(path)].map((text) => JSON.parse(text.toString()) as EncryptedBinary);
      expect(fresh).toMatchObject({
        data: old?.data,
        sops: { mac: old?.sops.mac, lastmodified: old?.sops.lastmodified },
      });
      expect(fresh?.sops.age.map(({ recipient }) => recipient)).toEqual([alice, homelab1, bob]);
      expect(fresh?.sops).toMatchObject({ unencrypted_suffix: "_unencrypted" });
      const oldKeys = old?.sops.age.map(({ enc }) => enc);
      expect(fresh?.sops.age.filter(({ enc }) => oldKeys?.includes(enc))).toEqual([]);
      expect(await desk.run(["decrypt", path], { as: "homelab2" })).toMatchObject({ status: 0 });

      const now = desk.read(path);
      const again = await update(["-y"]);
      expect([again.status, again.stdout.length, desk.read(path)]).toEqual([0, 0, now]);
      expect(again.stderr).toContain("already up to date");
      desk.write(".sops.yaml", rules.replaceAll("machines/", "elsewhere/"));
      expect([(await update(["-y"])).status, desk.read(path)]).toEqual([1, now]);
    }));

  it("R26: a host is removed: updatekeys, and rotate, as it knows the data key", () =>
    atDesk("repo/nix-config", async (desk) => {
      const path = "common/secrets.yaml";
      const oldFile = desk.read(path);
      const rules = desk.read(".sops.yaml").toString();
      desk.write(".sops.yaml", rules.replace(/ {10}- \*server_homelab2\n$/, ""));
      const { stdout } = await desk.run(["updatekeys", "-y", path], { as: "alice" });
      expect(stdout.toString()).toContain(`--- ${people["homelab2"]?.recipient}\n`);
      const updated = desk.read(path).toString();
      expect(lineOf("mac", updated)).toBe(lineOf("mac", oldFile.toString()));
      expect(await desk.run(["decrypt", path], { as: "homelab2" })).toMatchObject({ status: 128 });

      expect(await desk.run(["rotate", "-i", path], { as: "alice" })).toMatchObject({ status: 0 });
      const rotated = desk.read(path).toString();
      const envelopes = (text: string): string[] => text.match(/ENC\[AES256_GCM[^\]]*\]/g) ?? [];
      expect(envelopes(rotated).filter((one) => updated.includes(one))).toEqual([]);
      expect(wrappedKeys(rotated)).toHaveLength(2);
      for (const reader of ["alice", "homelab1"]) {
        const { status, stdout: plain } = await desk.run(["decrypt", path], { as: reader });
        expect([status, plain.toString()]).toEqual([0, files.find((file) => file.path === path)?.plaintext]);
      }
      // What the host kept of the old file opens none of the new one.
      desk.write(
        "mixed.yaml",
        rotated.replace(/ {8}- enc: \|[^]*(?= {4}lastmodified)/, metadataKeys(oldFile.toString())),
      );
      const mixed = await desk.run(["decrypt", "mixed.yaml"], { as: "homelab2" });
      expect([mixed.status, mixed.stdout.length]).toEqual([25, 0]);
    }));

  it("R27: single values, JSON for Nix, and variables for a command", () =>
    atDesk("repo/nix-config", async (desk) => {
      const path = "common/secrets.yaml";
      const extract = ["decrypt", "--extract", '["myservice"]["password"]', path];
      expect((await desk.run(extract, { as: "alice" })).stdout.toString()).toBe("hunter2");
      const json = await desk.run(["decrypt", "--output-type", "json", path], { as: "alice" });
      expect(JSON.parse(json.stdout.toString())).toMatchObject({ myservice: { password: "hunter2" } });
      const variables = ["exec-env", "common/restic.env", 'printf %s "$RESTIC_PASSWORD"'];
      expect((await desk.run(variables, { as: "alice" })).stdout.toString()).toBe("correct horse");
      expect(await desk.run(["exec-env", path, "true"], { as: "alice" })).toMatchObject({ status: 1 });
      const file = ["exec-file", "--no-fifo", path, "head -n 1 {}"];
      expect((await desk.run(file, { as: "alice" })).stdout.toString()).toBe("github_token: 4a6c73f7\n");
    }));
});

describe("a NixOS user's own secrets:", () => {
  it("R36: home-manager's manifest installs them in the runtime directory, with a key file", () =>
    atDesk("repo/nix-config", async (desk) => {
      const sopsFile = join(desk.directory, "common/secrets.yaml");
      const link = join(desk.home, ".config/sops-nix/secrets");
      const named = (name: string, key: string, path: string): object => ({
        name,
        key,
        path,
        sopsFile,
        mode: "0400",
        format: "yaml",
      });
      const manifest = {
        secrets: [
          named("token", "github_token", `${link}/token`),
          named("password", "myservice/password", "%r/my%%password"),
        ],
        ...{ secretsMountPoint: "%r/secrets.d", symlinkPath: link, keepGenerations: 1, userMode: true },
        ageKeyFile: join(desk.home, "keys.txt"),
        logging: { keyImport: true, secretChanges: true },
      };
      desk.write("m.json", JSON.stringify(manifest));
      desk.write("../home/keys.txt", `# created: today\n${people["alice"]?.identity}\n`);
      desk.write("../runtime/.keep", "");
      const env = { XDG_RUNTIME_DIR: join(desk.home, "../runtime") };
      const installed = await desk.run(["install-secrets", "-ignore-passwd", "m.json"], { env });
      expect({ ...installed, stdout: installed.stdout.toString() }).toEqual({ status: 0, stdout: "", stderr: "" });
      expect(readlinkSync(link)).toBe(join(env.XDG_RUNTIME_DIR, "secrets.d/1"));
      expect(readFileSync(join(link, "token"), "utf8")).toBe("4a6c73f7");
      expect(statSync(join(link, "token")).mode & 0o777).toBe(0o400);
      expect(readlinkSync(join(env.XDG_RUNTIME_DIR, "my%password"))).toBe(join(link, "password"));
      expect(await desk.run(["install-secrets", "m.json"])).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("XDG_RUNTIME_DIR"),
      });
    }));

  it("R36: what Nix builds is checked without any key", () =>
    atDesk("repo/nix-config", async (desk) => {
      const secret = (name: string): object => ({ name, key: name, mode: "0400", format: "yaml", owner: "nobody-yet" });
      const check = async (mode: string, name: string, sopsFile: string): Promise<Ended> => {
        const secrets = [{ ...secret(name), sopsFile }];
        desk.write(
          "m.json",
          JSON.stringify({ secrets, secretsMountPoint: "/run/secrets.d", symlinkPath: "/run/secrets" }),
        );
        return desk.run(["install-secrets", `-check-mode=${mode}`, "m.json"]);
      };
      const file = join(desk.directory, "common/secrets.yaml");
      expect(await check("sopsfile", "github_token", file)).toMatchObject({ status: 0, stderr: "" });
      expect(await check("sopsfile", "nope", file)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("nope"),
      });
      expect(await check("manifest", "nope", "/nix/store/not-there.yaml")).toMatchObject({ status: 0, stderr: "" });
      expect(await check("sopsfile", "nope", "/nix/store/not-there.yaml")).toMatchObject({ status: 1 });
    }));
});
