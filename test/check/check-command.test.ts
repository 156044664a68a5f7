import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { corpusText } from "../support/cli-case.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";
import { alice, faultyFiles, manySoundFiles, secret, soundFiles, writeRepository } from "./made-repository.ts";

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function sopsTs(directory: string, args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const world = { directory, env: { PATH: process.env["PATH"] ?? "", HOME: directory, ...env } };
  const { status, stdout, stderr } = await runSopsTs({ ...world, args, stdin: new Uint8Array() });
  return { status: status ?? -1, stdout: new TextDecoder().decode(stdout), stderr };
}

async function inRepository(
  files: Readonly<Record<string, string>>,
  use: (directory: string) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory(async (directory) => {
    await writeRepository(directory, files);
    await use(directory);
  });
}

const texts = (files: Readonly<Record<string, { readonly text: string }>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, { text }]) => [path, text]));

describe("check", () => {
  it("finds nothing in a sound repository, and says how many files it looked into", async () => {
    await inRepository(await soundFiles(), async (directory) => {
      expect(await sopsTs(directory, ["check"])).toEqual({
        status: 0,
        stdout: "8 files checked: no fault\n",
        stderr: "",
      });
      expect(await sopsTs(join(directory, "secrets"), ["check"])).toMatchObject({
        stdout: "8 files checked: no fault\n",
      });
    });
  });

  it("finds ten planted faults among a thousand files and nothing else, and shows no value", async () => {
    const faulty = await faultyFiles();
    expect(Object.keys(faulty)).toHaveLength(10);
    await inRepository({ ...(await manySoundFiles(990)), ...texts(faulty) }, async (directory) => {
      const { status, stdout, stderr } = await sopsTs(directory, ["check", "--format", "json"]);
      expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
      const report = JSON.parse(stdout) as { checked: number; faults: { file: string; kind: string; line?: number }[] };
      const found = Object.fromEntries(report.faults.map(({ file, kind, line }) => [file, { kind, line }]));
      const planted = Object.entries(faulty).map(([file, { kind, line }]) => [file, { kind, line }] as const);
      expect(found).toEqual(Object.fromEntries(planted));
      expect({ faults: report.faults.length, checked: report.checked }).toEqual({ faults: 10, checked: 1000 });
      expect(stdout).not.toMatch(/swordfish|4711/);
      const text = await sopsTs(directory, ["check"]);
      expect(text.stdout).toMatch(/^1000 files checked: 10 faults\n$/m);
      expect(text.stdout).toContain(
        'yaml: unmarshal errors: line 3: mapping key "password" already defined at line 2\n',
      );
      expect(text.stdout + text.stderr).not.toMatch(/swordfish|4711/);
    });
  });

  it("writes annotations for GitHub", async () => {
    const { "secrets/clear.yaml": clear } = await faultyFiles();
    await inRepository({ ...(await soundFiles()), "secrets/a,b.yaml": clear?.text ?? "" }, async (directory) => {
      const { status, stdout } = await sopsTs(directory, ["check", "--format=github"]);
      expect(status).toBe(1);
      const start =
        '::error file=secrets/a%2Cb.yaml,line=3,title=sops-ts check::["db"]["port"]: the value is in clear text';
      expect(stdout.startsWith(start)).toBe(true);
      expect(stdout.split("\n")).toHaveLength(2);
    });
  });

  it("checks only the paths that are named", async () => {
    const { "secrets/plain.yaml": plain } = await faultyFiles();
    const files = { ...(await soundFiles()), "secrets/plain.yaml": plain?.text ?? "" };
    await inRepository(files, async (directory) => {
      expect(await sopsTs(directory, ["check", "k8s", "secrets/a.yaml"])).toMatchObject({
        status: 0,
        stdout: "2 files checked: no fault\n",
      });
      expect(await sopsTs(directory, ["check", "secrets/plain.yaml"])).toMatchObject({ status: 1 });
    });
  });

  it("compares the MACs of files that an identity opens, and counts the others", async () => {
    const sound = await soundFiles();
    const a = sound["secrets/a.yaml"] ?? "";
    const files = { ...sound, "secrets/shown.yaml": a.replace("open_unencrypted: seen", "open_unencrypted: changed") };
    await inRepository(files, async (directory) => {
      expect(await sopsTs(directory, ["check"])).toMatchObject({ status: 0 });
      const { status, stdout } = await sopsTs(directory, ["check", "--mac"], {
        SOPS_AGE_KEY: corpusText("keys/alice.txt"),
      });
      expect(status).toBe(1);
      expect(stdout).toContain("secrets/shown.yaml: the MAC does not fit");
      expect(stdout).toMatch(/9 files checked, 8 MACs compared \(no identity here for 1\): 1 fault\n$/);
    });
  });

  it("looks at what git has staged, as it is staged", async () => {
    const { "secrets/plain.yaml": plain } = await faultyFiles();
    await inRepository(await soundFiles(), async (directory) => {
      await rm(join(directory, ".git"), { recursive: true });
      const git = (...args: string[]): Promise<unknown> => promisify(execFile)("git", args, { cwd: directory });
      await git("init", "-q");
      await writeFile(join(directory, "secrets", "new file.yaml"), plain?.text ?? "");
      expect(await sopsTs(directory, ["check", "--staged"])).toMatchObject({
        status: 0,
        stdout: "0 files checked: no fault\n",
      });
      await git("add", "secrets");
      await writeFile(join(directory, "secrets", "new file.yaml"), "");
      const { status, stdout } = await sopsTs(join(directory, "k8s"), ["check", "--staged"]);
      expect(status).toBe(1);
      expect(stdout).toMatch(/^\.\.\/secrets\/new file\.yaml: the file is not encrypted/);
      expect(stdout).toContain("7 files checked: 1 fault\n");
    });
  });

  it.each([
    ["without a config", ["check"], {}, "config file not found"],
    ["with a config that is none", ["check"], { ".sops.yaml": "a: [\n" }, "Could not unmarshal config file"],
    [
      "with an invalid expression",
      ["check"],
      { ".sops.yaml": "creation_rules:\n  - path_regex: '('\n" },
      "compile regexp",
    ],
    [
      "for a path that is not there",
      ["check", "nope"],
      { ".sops.yaml": `creation_rules:\n  - age: ${alice}\n` },
      "nope",
    ],
    ["with an unknown form", ["check", "--format", "xml"], {}, "text, json or github"],
    ["with a manifest and no host", ["check", "--manifest", "m.json"], {}, "belong together"],
    ["outside of git", ["check", "--staged"], { ".sops.yaml": `creation_rules:\n  - age: ${alice}\n` }, "git"],
  ] as const)("cannot run %s, and exits with 2", async (_, args, files, message) => {
    await withTemporaryDirectory(async (directory) => {
      for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
      const { status, stdout, stderr } = await sopsTs(directory, args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain(message);
    });
  });

  it("exits with 2 after a mistake in its flags too, as 1 means that something was found", async () => {
    await withTemporaryDirectory(async (directory) => {
      expect(await sopsTs(directory, ["check", "--nope"])).toMatchObject({ status: 2 });
    });
  });
});

describe("check of a manifest", () => {
  const entry = (name: string, key: string, sopsFile: string, format = "yaml"): object => ({
    name,
    key,
    sopsFile,
    format,
  });

  it("says what a host can read, by its public key", async () => {
    await inRepository(await soundFiles(), async (directory) => {
      const at = (path: string): string => join(directory, path);
      const secrets = [
        entry("password", "db/password", at("secrets/a.yaml")),
        entry("whole", "", at("secrets/e.bin"), "binary"),
      ];
      await writeFile(at("m.json"), JSON.stringify({ secrets }));
      const run = (...keys: string[]): Promise<Outcome> =>
        sopsTs(directory, ["check", "--manifest", "m.json", ...keys.flatMap((key) => ["--host-key", key])]);
      expect(await run(alice)).toEqual({ status: 0, stdout: "2 files checked: no fault\n", stderr: "" });
      const stranger = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN root@host";
      const { status, stdout } = await run(stranger);
      expect(status).toBe(1);
      expect(stdout).toMatch(
        /a\.yaml: the host cannot read password: the file is not encrypted for ssh-ed25519 \S+ or age1/,
      );
      expect(stdout).toContain("2 files checked: 2 faults\n");
      expect(await run("ssh-ed25519 AAAA")).toMatchObject({ status: 2 });
      expect(await run(secret)).toMatchObject({ status: 2 });
    });
  });

  it("needs as many key groups as the threshold says, and finds what is missing", async () => {
    await inRepository(await soundFiles(), async (directory) => {
      const at = (path: string): string => join(directory, path);
      const secrets = [
        entry("shared", "db/password", at("secrets/shared/f.yaml")),
        entry("absent", "db/nope", at("secrets/a.yaml")),
        entry("gone", "x", at("secrets/gone.yaml")),
        entry("plain", "name", at("package.json"), "json"),
      ];
      await writeFile(at("m.json"), JSON.stringify({ secrets }));
      const { stdout } = await sopsTs(directory, ["check", "--format=json", "--manifest=m.json", "--host-key", alice]);
      const { faults } = JSON.parse(stdout) as { faults: { kind: string }[] };
      expect(faults.map(({ kind }) => kind)).toEqual(["no-access", "missing", "missing", "not-encrypted"]);
    });
  });
});
