import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createPrivateFile, replacePrivateFile } from "../../src/cli/private-file.ts";
import { findSshKey } from "../../src/cli/ssh-key-line.ts";
import { checkCliCase, type CliCase } from "../support/cli-case.ts";
import { programRunner } from "../support/command-runner.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { convertedSshKeys, nixCorpusText } from "../support/nix-corpus.ts";
import { sopsTsCommand } from "../support/built-program.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

/*
 * What the recorded command lines of the original programs do not show: our own messages, and what is written where.
 */

const [plain] = convertedSshKeys();
if (plain === undefined) throw new TypeError("no SSH keys");
const publicKey = nixCorpusText(`ssh-to-age/${plain.public}`);
const privateKey = nixCorpusText(`ssh-to-age/${plain.private}`);
const protectedKey = nixCorpusText("ssh-to-age/keys/pw-default");
const identityForm = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\n$/;

const cases: readonly CliCase[] = [
  {
    name: "age-keygen prints a key, and its recipient to standard error",
    args: ["age-keygen"],
    stdout: /^# created: \S+\n# public key: age1\S+\nAGE-SECRET-KEY-1\S+\n$/,
    stderr: [/^Public key: age1\w{58}$/m],
  },
  {
    name: "age-keygen takes one dash or two, and `=`",
    args: ["age-keygen", "--y=true", "-output=out", "k"],
    before: { k: `# x\n${plain.identity}\n` },
    files: { out: `${plain.recipient}\n` },
    modes: { out: 0o600 },
  },
  {
    name: "age-keygen refuses a word where it makes a key",
    args: ["age-keygen", "keys.txt"],
    status: 1,
    stderr: ["too many arguments\n", "Hint: To print the recipients of a file: sops-ts age-keygen -y FILE\n"],
  },
  {
    name: "age-keygen writes nothing when its input is no identity file, and does not show it",
    args: ["age-keygen", "-y", "-o", "out", "k"],
    before: { k: privateKey },
    status: 1,
    stderr: [/^failed to parse input: error at line 1: unknown identity type\nHint: This is an SSH key\.[^\n]*\n$/],
    files: { out: undefined },
  },
  {
    name: "age-keygen shows its usage beside a mistake in flags, on standard error",
    args: ["age-keygen", "-yy"],
    status: 2,
    stderr: ["flag provided but not defined: -yy\n", "Usage: sops-ts age-keygen [flags] [FILE]\n"],
  },
  {
    name: "age-keygen knows flags before words only",
    args: ["age-keygen", "-y", "k", "-o", "out"],
    before: { k: plain.identity },
    status: 1,
    stderr: ["too many arguments\n"],
  },
  {
    name: "age-keygen tells its version",
    args: ["age-keygen", "-version"],
    stdout: /^sops \d+\.\d+\.\d+ \(sops-ts \S+\)\n$/,
  },
  { name: "age-keygen has help", args: ["age-keygen", "-h"], stdout: /^sops-ts age-keygen: / },
  {
    name: "ssh-to-age keeps an identity to its owner, whatever was there",
    args: ["ssh-to-age", "-private-key", "-i", "k", "-o", "out"],
    before: { k: privateKey, out: "old" },
    files: { out: identityForm },
    modes: { out: 0o600 },
  },
  {
    name: "ssh-to-age writes no file when a conversion fails",
    args: ["ssh-to-age", "-private-key", "-i", "k", "-o", "out"],
    before: { k: protectedKey },
    status: 1,
    stderr: ["passphrase", "Hint: Set SSH_TO_AGE_PASSPHRASE"],
    files: { out: undefined },
  },
  {
    name: "ssh-to-age writes no file of recipients when a line is no key",
    args: ["ssh-to-age", "-i", "keys", "-o", "out"],
    before: { keys: `${publicKey}nonsense\n` },
    status: 1,
    stderr: [/^failed to convert line 2: failed to parse ssh public key: there is no type of a key\n$/],
    files: { out: undefined },
  },
  {
    name: "ssh-to-age does not take a private key for a public one, nor show it",
    args: ["ssh-to-age"],
    stdin: privateKey,
    status: 1,
    stderr: [/^failed to convert line 1: this is a private key, [^\n]*\n$/],
  },
  {
    name: "ssh-to-age says where its files are named",
    args: ["ssh-to-age", "key.pub"],
    status: 2,
    stderr: ["unexpected argument: files are named with -i\n"],
  },
  {
    name: "install-secrets wants one manifest",
    args: ["install-secrets"],
    status: 1,
    stderr: ["sops-ts install-secrets: one manifest is wanted, and there are 0 arguments\nHint: Flags stand before"],
  },
  {
    name: "install-secrets does not overlook flags behind the manifest",
    args: ["install-secrets", "m.json", "-ignore-passwd"],
    before: { "m.json": "{}" },
    status: 1,
    stderr: ["there are 2 arguments"],
  },
  {
    name: "install-secrets knows its check modes",
    args: ["install-secrets", "-check-mode", "all", "m.json"],
    before: { "m.json": "{}" },
    status: 1,
    stderr: ['invalid value provided for -check-mode flag: "all"', "manifest, sopsfile and off"],
  },
  {
    name: "install-secrets says where a manifest is no JSON, and shows nothing of it",
    args: ["install-secrets", "m.json"],
    before: { "m.json": '{\n"secrets": [canary\n' },
    status: 1,
    stderr: [/^sops-ts install-secrets: failed to parse manifest: (?!.*canary)[^\n]*line 2[^\n]*\n/],
  },
  {
    name: "install-secrets with --keep-going checks all entries",
    args: ["install-secrets", "--check-mode=manifest", "--keep-going", "m.json"],
    before: {
      "m.json": JSON.stringify({
        secretsMountPoint: "/s",
        symlinkPath: "/l",
        secrets: [
          { name: "one", mode: "x" },
          { name: "../two", mode: "400" },
          { name: "three", mode: "400" },
        ],
      }),
    },
    status: 1,
    stderr: ['mode of secret one: "x"', '"../two" cannot be used'],
  },
];

describe("the NixOS commands", () => {
  it.each(cases.map((theCase) => ({ ...theCase, theCase })))("$name", async ({ theCase }) => {
    await checkCliCase(theCase, runSopsTs, theCase);
  });

  it("warn when an identity goes into a file that others can read", () =>
    withTemporaryDirectory(async (directory) => {
      const [program, ...args] = sopsTsCommand();
      const words = [program, ...args, "age-keygen"].map((word) => `'${word}'`).join(" ");
      const shell = programRunner(["sh", "-c", `umask 022; ${words} > shared; umask 077; ${words} > private`]);
      const { status, stderr } = await shell({ args: [], directory, env: { PATH: process.env["PATH"] ?? "" } });
      expect([status, stderr.match(/^warning: .*$/gm)?.length]).toEqual([0, 1]);
      expect(readFileSync(join(directory, "shared"), "utf8")).toMatch(/AGE-SECRET-KEY-1/);
    }));
});

describe("a private file", () => {
  it("is never written over another one when it is new", () =>
    withTemporaryDirectory(async (directory) => {
      const path = join(directory, "keys.txt");
      createPrivateFile(path, "first");
      expect(() => createPrivateFile(path, "second")).toThrow(`failed to open output file "${path}": file exists`);
      expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["first", 0o600]);
      symlinkSync(join(directory, "target"), join(directory, "link"));
      expect(() => createPrivateFile(join(directory, "link"), "x")).toThrow("file exists");
      expect(existsSync(join(directory, "target"))).toBe(false);
      expect(() => createPrivateFile(join(directory, "no/keys.txt"), "x")).toThrow("no such file or directory");
    }));

  it("takes the place of what a link leads to", () =>
    withTemporaryDirectory(async (directory) => {
      writeFileSync(join(directory, "target"), "old", { mode: 0o644 });
      symlinkSync("target", join(directory, "link"));
      replacePrivateFile(join(directory, "link"), "new");
      expect(lstatSync(join(directory, "link")).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(directory, "target"), "utf8")).toBe("new");
      expect(statSync(join(directory, "target")).mode & 0o777).toBe(0o600);
      expect(readdirSync(directory).toSorted()).toEqual(["link", "target"]);
    }));

  it("is written to a device as it is, and not to a directory", () =>
    withTemporaryDirectory(async (directory) => {
      replacePrivateFile("/dev/null", "x");
      expect(statSync("/dev/null").isFile()).toBe(false);
      mkdirSync(join(directory, "d"));
      expect(() => replacePrivateFile(join(directory, "d"), "x")).toThrow("is a directory");
    }));
});

describe("a line with an SSH key", () => {
  const key = publicKey.split(" ").slice(0, 2).join(" ");
  it.each([
    ["a .pub file", `${key} user@host`],
    ["known_hosts", `homelab1.example,192.0.2.1 ${key}`],
    ["hashed known_hosts", `|1|c2FsdA==|aGFzaA== ${key}`],
    ["a host with a port", `[homelab1]:2222 ${key}`],
    ["a certificate authority", `@cert-authority *.example ${key} comment`],
    ["options", `no-pty,command="echo \\"ssh-rsa AAAA\\" x" ${key}`],
    ["tabs", key.replace(" ", "\t")],
  ])("is found in %s", (_, line) => {
    expect(findSshKey(line)).toEqual({
      type: "ssh-ed25519",
      point: new Uint8Array(Buffer.from(plain.ed25519Public, "hex")),
    });
  });

  it.each([
    "ssh-rsa",
    "ssh-dss",
    "ecdsa-sha2-nistp256",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
  ])("may hold one of type %s", (type) => {
    expect(findSshKey(`host ${type} AAAA`)).toEqual({ type, point: undefined });
  });

  it.each([
    ["nothing known", "there is no type of a key"],
    ["ssh-ed25519", "ssh: no key found"],
    ["ssh-ed25519 AAAA", "failed to parse ssh public key"],
    ["-----BEGIN OPENSSH PRIVATE KEY-----", "this is a private key"],
  ])("may hold none: %s", (line, problem) => {
    expect(findSshKey(line)).toEqual({ problem: expect.stringContaining(problem) as string });
  });
});
