import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { currentUserName } from "../../../src/cli/audit/current-user.ts";
import { platform } from "../../../src/platform/node.ts";
import { type Platform, PlatformError } from "../../../src/platform/platform.ts";
import { memoryPlatform } from "../../support/memory-platform.ts";

const uid = process.getuid?.();

/** A machine whose `id` prints this; undefined: it has none. */
function machine(passwd: string, printed: string | undefined, status = 0): Platform {
  return {
    ...memoryPlatform({ files: { "/etc/passwd": passwd }, env: { USER: "mallory", LOGNAME: "mallory" } }),
    run: async (command) => {
      if (printed === undefined) throw new PlatformError("id: not found", { notFound: true });
      expect(command).toEqual(["id", "-un"]);
      return { stdout: new TextEncoder().encode(printed), stderr: new Uint8Array(), status };
    },
  };
}

describe.skipIf(uid === undefined)("the name of the user", () => {
  it("is the system's, whatever the environment says", async () => {
    expect(await currentUserName(platform)).toBe(userInfo().username);
    const passwd = `# a:x:${uid}\nother:x:1${uid}:\nme:x:${uid}:100::/home:/bin/sh\nagain:x:${uid}:\n`;
    expect(await currentUserName(machine(passwd, undefined))).toBe("me");
  });

  it("is asked for where the file does not have it", async () => {
    expect(await currentUserName(machine("other:x:4242:\n", "domain\\me\n"))).toBe("domain\\me");
  });

  it.each([
    ["no such program", undefined, 0],
    ["an answer without a name", "", 0],
    ["a failure", "4242", 1],
  ])("is missing after %s", async (_, printed, status) => {
    await expect(currentUserName(machine("", printed, status))).rejects.toThrow(`user: unknown userid ${uid}`);
  });
});
