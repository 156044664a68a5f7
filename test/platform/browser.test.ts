import { describe, expect, it } from "vitest";
import { platform } from "../../src/platform/browser.ts";
import { PlatformError } from "../../src/platform/platform.ts";

describe("the platform of browsers", () => {
  it("has no environment, home or files", async () => {
    expect(platform.env("HOME")).toBeUndefined();
    expect(platform.homeDirectory()).toBeUndefined();
    expect(platform.hostName()).toBeUndefined();
    expect(await platform.readFileIfExists("/file")).toBeUndefined();
    expect(platform.terminalName()).toBeUndefined();
  });

  it.each([
    ["reading", () => platform.readFile("/file"), "open /file: this runtime has no files"],
    ["writing", () => platform.writeFile("/file", new Uint8Array()), "open /file: this runtime has no files"],
    ["running", () => platform.run(["gpg", "-d"]), "cannot run gpg: this runtime has no processes"],
    ["starting", () => platform.start(["age-plugin-x"]), "cannot run age-plugin-x: this runtime has no processes"],
    ["connecting", () => platform.connect("/socket"), "dial unix /socket: this runtime has no sockets"],
    ["asking for a secret", () => platform.askSecret("Passphrase: "), "this runtime has no terminal to ask at"],
    ["asking", () => platform.ask("Slot: ", "line"), "this runtime has no terminal to ask at"],
    ["telling", () => platform.tell("Touch it"), "this runtime has no terminal"],
  ])("refuses %s", async (_, act, message) => {
    await expect(act()).rejects.toThrow(new PlatformError(message));
  });
});
