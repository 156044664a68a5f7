import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, createReadStream, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sopsTsCommand } from "../support/built-program.ts";
import { serveFault } from "../support/cloud/faults.ts";
import { serve } from "../support/cloud/server.ts";
import { corpusText } from "../support/cli-case.ts";
import { programRunner } from "../support/command-runner.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";
import { corpusRecipient } from "../keys/context.ts";

const command = sopsTsCommand();
const env = { PATH: process.env["PATH"] ?? "" };

describe("the program", () => {
  it("hands its arguments on and ends with the status of the command", async () => {
    const outcome = await programRunner(command)({ args: ["help", "nope"], directory: "/", env });
    expect(outcome).toMatchObject({ status: 3, stderr: "No help topic for 'nope'\n" });
  });

  it.runIf(process.platform === "linux")("reads a pipe by its path, for the form without a command", async () => {
    const types = ["--input-type", "yaml", "--output-type", "json"];
    const script = 'printf %s "$FILE" | "$@"';
    const args = ["-c", script, "sh", ...command, "-d", ...types, "/dev/stdin"];
    const FILE = corpusText("commands/extract-item/f.yaml");
    const SOPS_AGE_KEY = corpusText("keys/alice.txt");
    const outcome = await programRunner(["/bin/sh"])({ args, directory: "/", env: { ...env, FILE, SOPS_AGE_KEY } });
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    expect(Buffer.from(outcome.stdout).toString()).toMatch(/^\{\n\t"a": 1,\n/);
  });

  it("gives up on a service that does not answer, and does not wait for it any longer", async () => {
    const server = await serveFault("answers nothing");
    try {
      const keys = ["--input-type", "yaml", "--output-type", "yaml", "--hc-vault-transit", `${server.url}/v1/t/keys/k`];
      const outcome = await programRunner(command)({
        args: ["encrypt", "--filename-override", "f.yaml", ...keys],
        directory: "/",
        env: { ...env, VAULT_TOKEN: "a-token", VAULT_CLIENT_TIMEOUT: "300ms" },
        stdin: Buffer.from("a: b\n"),
      });
      expect(outcome.status).toBe(1);
      expect(outcome.stderr).toContain("no answer within 0.3 seconds");
    } finally {
      await server.stop();
    }
  });

  it.runIf(process.platform === "linux")("waits for a slow reader, also where calls of the system do not wait", () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "pipe");
      execFileSync("mkfifo", [path]);
      const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      const reader = createReadStream(path, { highWaterMark: 1000 });
      const [name, ...args] = command;
      const settings = ["--unencrypted-regex", ".", "--age", corpusRecipient("alice"), "--filename-override", "f.json"];
      const child = spawn(name, [...args, "encrypt", ...settings], { env, stdio: ["pipe", pipe, "inherit"] });
      closeSync(pipe);
      const secret = "0123456789".repeat(30_000);
      child.stdin?.end(JSON.stringify({ secret, end: "" }));
      const chunks: Buffer[] = [];
      for await (const chunk of reader) chunks.push(chunk as Buffer);
      expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ secret, end: "" });
    }),
  );

  it.runIf(existsSync("/dev/full"))("says as sops does that there is no space for its output", async () => {
    const args = ["-c", '"$@" --help > /dev/full', "sh", ...command];
    const outcome = await programRunner(["/bin/sh"])({ args, directory: "/", env });
    expect(outcome).toMatchObject({ status: 1, stderr: "write /dev/stdout: no space left on device\n" });
  });

  it("asks this computer directly, whatever proxy the environment names", async () => {
    const server = await serve(() => ({ status: 200, body: { data: { ciphertext: "vault:v1:a" } } }));
    const nobody = (await serveFault("refuses connections")).url;
    try {
      const keys = ["--input-type", "yaml", "--output-type", "yaml", "--hc-vault-transit", `${server.url}/v1/t/keys/k`];
      const outcome = await programRunner(command)({
        args: ["encrypt", "--filename-override", "f.yaml", ...keys],
        directory: "/",
        env: { ...env, VAULT_TOKEN: "a-token", HTTP_PROXY: nobody, http_proxy: nobody },
        stdin: Buffer.from("a: b\n"),
      });
      expect(outcome).toMatchObject({ status: 0, stderr: "" });
    } finally {
      await server.stop();
    }
  });

  it("says nothing when the reader of its output is gone", async () => {
    const [name, ...args] = command;
    const child = spawn(name, [...args, "--help"], { env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const stderr: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect({ status, stderr: Buffer.concat(stderr).toString() }).toEqual({ status: 141, stderr: "" });
  });
});
