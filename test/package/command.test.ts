import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";
import { corpusText, recipient } from "../support/cli-case.ts";

const { project } = inject("packed");
const env = { PATH: process.env["PATH"], HOME: project, SOPS_AGE_KEY: corpusText("keys/alice.txt") };

/** Runs the command as a project's scripts and people do. */
async function npx(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("npx", ["--no-install", "sops-ts", ...args], { cwd: project, env });
  return stdout;
}

describe("the command, installed", () => {
  it("tells its version", async () => {
    const { version } = JSON.parse(await readFile(join(project, "node_modules/sops-ts/package.json"), "utf8")) as {
      version: string;
    };
    expect(await npx("--version")).toBe(`sops 3.13.3 (sops-ts ${version})\n`);
  });

  it.each([
    ["yaml", "a: 1\nb:\n    - c\n"],
    ["json", '{\n\t"a": 1\n}\n'],
    ["env", "A=1\n"],
    ["ini", "[s]\na = 1\n"],
    ["txt", "text"],
  ])("encrypts and decrypts: %s", async (suffix, plain) => {
    const file = join(project, `f.${suffix}`);
    await writeFile(file, plain);
    await npx("encrypt", "--in-place", "--age", recipient("alice"), file);
    expect(await readFile(file, "utf8")).toContain("ENC[AES256_GCM,");
    expect(await npx("decrypt", file)).toBe(plain);
  });

  it("says which package a key of a cloud needs", async () => {
    await writeFile(join(project, "plain.yaml"), "a: 1\n");
    const arn = "arn:aws:kms:eu-west-1:123456789012:key/1";
    await expect(npx("encrypt", "--kms", arn, "plain.yaml")).rejects.toMatchObject({
      stderr: expect.stringContaining("npm install @aws-sdk/client-kms") as string,
    });
  });

  it("has its manual beside it", async () => {
    expect(await readFile(join(project, "node_modules/sops-ts/dist/sops-ts.1"), "utf8")).toMatch(/^\.TH/m);
  });
});
