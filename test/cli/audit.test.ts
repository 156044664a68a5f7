import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { inputOf, isolatedPlatform } from "../support/in-process.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

describe("a host that asks for an audit log", () => {
  it.each([["--version"], ["decrypt", "secrets.yaml"]])("ends %s before anything is done", async (...line) => {
    await withTemporaryDirectory(async (directory) => {
      const platform = isolatedPlatform({ directory, env: {} });
      const printed: string[] = [];
      const stream = { isTerminal: false, write: (text: string | Uint8Array) => void printed.push(String(text)) };
      const status = await run(line, {
        platform: {
          ...platform,
          readFileIfExists: async (path) =>
            path === "/etc/sops/audit.yaml" ? new Uint8Array() : platform.readFileIfExists(path),
        },
        stdout: stream,
        stderr: stream,
        ...inputOf(new Uint8Array()),
      });
      expect(status).toBe(1);
      expect(printed.join("")).toMatch(/^\/etc\/sops\/audit\.yaml asks for an audit log/);
    });
  });
});
