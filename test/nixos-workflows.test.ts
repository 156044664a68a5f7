import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { runInProcess } from "./support/in-process.ts";
import { nixCorpusFolder, nixCorpusText } from "./support/nix-corpus.ts";
import { installEditor, type EditorRound } from "./support/scripted-editor.ts";
import { withTemporaryDirectory } from "./support/temporary-directory.ts";

/*
 * What a NixOS user does with sops-ts, from the first key to values for Nix, each by its number R1 to R27. Secrets on a machine,
 * R28 to R36, are among the cases of `nix-corpus.test.ts`, here and in the interop tests.
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
    const outcome = await runInProcess({
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
      expect(await open({ EDITOR: "true" })).toBe(200);
      expect(await open({ EDITOR: "false" })).toBe(201);
      expect(await open({ EDITOR: "false", SOPS_EDITOR: "true" })).toBe(200);
      expect(desk.read("common/secrets.yaml")).toEqual(before);
      expect(await open({ EDITOR: "true" }, newFile)).toBe(200);
      expect(existsSync(join(desk.directory, newFile))).toBe(false);
    }));

  it("R18: editing keeps the ciphertext of what does not change, and the recipients", () =>
    atDesk("repo/nix-config", async (desk) => {
      const path = "common/secrets.yaml";
      const [file] = files.filter((candidate) => candidate.path === path);
      const plaintext = `${file?.plaintext}added_key: fresh\n`;
      const sealed =
        desk
          .read(path)
          .toString()
          .match(/^.*ENC\[.*type:str\]$/gm) ?? [];
      const editor = desk.editor({ saves: plaintext });
      expect(await desk.run([path], { as: "alice", env: { EDITOR: editor.command } })).toMatchObject({ status: 0 });
      const after = desk.read(path).toString();
      const values = sealed.filter((line) => !line.includes("mac:"));
      expect(values.filter((line) => !after.includes(line))).toEqual([]);
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
