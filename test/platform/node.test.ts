import { join } from "node:path";
import { realpathSync, symlinkSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { platform } from "../../src/platform/node.ts";
import { PlatformError } from "../../src/platform/platform.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

afterEach(() => vi.unstubAllEnvs());

const node = process.execPath;
const text = (content: Uint8Array): string => Buffer.from(content).toString();

describe("the environment", () => {
  it("tells an empty variable from one that is not set", () => {
    vi.stubEnv("SOPS_TS_TEST_EMPTY", "");
    expect(platform.env("SOPS_TS_TEST_EMPTY")).toBe("");
    expect(platform.env("SOPS_TS_TEST_NOT_SET")).toBeUndefined();
  });

  it.runIf(process.platform !== "win32")("takes the home directory from HOME alone", () => {
    vi.stubEnv("HOME", "/somewhere");
    expect(platform.homeDirectory()).toBe("/somewhere");
    vi.stubEnv("HOME", "");
    expect(platform.homeDirectory()).toBeUndefined();
  });

  it("names the working directory by PWD where that is right", () =>
    withTemporaryDirectory(async (folder) => {
      const alias = join(folder, "alias");
      symlinkSync(process.cwd(), alias);
      vi.stubEnv("PWD", alias);
      expect(platform.workingDirectory()).toBe(alias);
      vi.stubEnv("PWD", folder);
      expect(platform.workingDirectory()).toBe(realpathSync("."));
      vi.stubEnv("PWD", ".");
      expect(platform.workingDirectory()).toBe(realpathSync("."));
    }));
});

describe("the computer", () => {
  it("has a name", () => {
    expect(platform.hostName()).toMatch(/^\S+$/);
  });
});

describe("running a program", () => {
  it("collects output and exit status", async () => {
    const script = "process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 3";
    const result = await platform.run([node, "-e", script]);
    expect([text(result.stdout), text(result.stderr), result.status]).toEqual(["out", "err", 3]);
  });

  it("passes bytes to standard input, and nothing by default", async () => {
    const echo = [node, "-e", "process.stdin.pipe(process.stdout)"];
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index & 255);
    expect(Buffer.compare((await platform.run(echo, { stdin: bytes })).stdout, bytes)).toBe(0);
    expect((await platform.run(echo)).stdout).toHaveLength(0);
  });

  it("does not mind a program that ends without reading its input", async () => {
    const result = await platform.run([node, "-e", ""], { stdin: new Uint8Array(1_000_000) });
    expect(result.status).toBe(0);
  });

  it("adds variables to the environment and uses no shell", async () => {
    vi.stubEnv("SOPS_TS_TEST_A", "kept");
    const script = "console.log(process.env.SOPS_TS_TEST_A, process.env.SOPS_TS_TEST_B, process.argv.at(-1))";
    const result = await platform.run([node, "-e", script, "$HOME;*"], { env: { SOPS_TS_TEST_B: "added" } });
    expect(text(result.stdout)).toBe("kept added $HOME;*\n");
  });

  it.runIf(process.platform !== "win32")("has no exit status when a signal ended the program", async () => {
    const result = await platform.run([node, "-e", "process.kill(process.pid, 'SIGKILL')"]);
    expect(result.status).toBeUndefined();
  });

  it("says that a program is missing", async () => {
    const error = await platform.run(["sops-ts-no-such-program"]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PlatformError);
    expect(error).toMatchObject({
      message: 'exec: "sops-ts-no-such-program": executable file not found in $PATH',
      notFound: true,
    });
    await expect(platform.run([])).rejects.toThrow(TypeError);
  });
});
