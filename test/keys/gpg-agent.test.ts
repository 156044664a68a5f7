import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { askAgent, forgetPassphrase } from "../../src/keys/gpg-agent.ts";
import { platform as nodePlatform } from "../../src/platform/node.ts";
import type { Platform } from "../../src/platform/platform.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { type AgentAnswers, withFakeAgent } from "../support/fake-agent.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

const request = { cacheId: "SopsAgeABC", description: "Enter passphrase for identity 'ä%.txt':" };
const hex = (text: string): string => Buffer.from(text).toString("hex").toUpperCase();
const platformWith = (env: Record<string, string>, fields: Partial<Platform> = {}): Platform => ({
  ...memoryPlatform({ env }),
  connect: nodePlatform.connect,
  ...fields,
});

const answering =
  (answer: string | undefined): AgentAnswers =>
  (command) =>
    command.startsWith("GET_") ? answer : "OK";

describe.runIf(process.platform !== "win32")("gpg-agent", () => {
  it("is asked for a passphrase, which it may have to ask a person for", () =>
    withFakeAgent(answering(`S PROGRESS x\n# note\nOK ${hex("grün 🔑")}`), async (socket, commands) => {
      const env = { GPG_AGENT_INFO: `${socket}:123:1`, DISPLAY: ":0", TERM: "xterm" };
      const platform = platformWith(env, { terminalName: () => "/dev/pts/7" });
      expect(await askAgent(request, platform)).toBe("grün 🔑");
      expect(commands).toEqual([
        "OPTION display=:0",
        "OPTION ttyname=/dev/pts/7",
        "OPTION ttytype=xterm",
        "GET_PASSPHRASE SopsAgeABC X Passphrase Enter%20passphrase%20for%20identity%20%27%C3%A4%25.txt%27%3A",
      ]);
    }));

  it("may be given an empty passphrase", () =>
    withFakeAgent(answering("OK"), async (socket, commands) => {
      expect(await askAgent(request, platformWith({ GPG_AGENT_INFO: socket }))).toBe("");
      expect(commands).toHaveLength(1);
    }));

  it("is told to forget a passphrase", () =>
    withFakeAgent(answering("OK"), async (socket, commands) => {
      await forgetPassphrase("SopsAgeABC", platformWith({ GPG_AGENT_INFO: socket }));
      expect(commands).toEqual(["CLEAR_PASSPHRASE SopsAgeABC"]);
    }));

  it.each([
    ["that the person cancelled", "ERR 83886179 Operation cancelled <Pinentry>", "gpgagent: Cancel"],
    ["any other error", "ERR 67108922 No data <GPG Agent>", "ERR 67108922 No data <GPG Agent>"],
    ["something that is no answer", "OK SECRETWORDS", "an answer that is not understood"],
    ["half a byte", "OK 4", "an answer that is not understood"],
    ["bytes that are no text", "OK FF", "the passphrase is not valid UTF-8"],
    ["nothing, and hangs up", undefined, "no answer"],
  ])("may say %s", (_, answer, reason) =>
    withFakeAgent(answering(answer), async (socket) => {
      const asking = askAgent(request, platformWith({ GPG_AGENT_INFO: socket }));
      const error = await asking.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ message: `gpg-agent passphrase request errored: ${reason}` });
      await expectNoSecrets(["SECRETWORDS"], { errors: [error] });
    }),
  );

  it("is looked for in the home directory, then in the runtime directory", () =>
    withFakeAgent(answering(`OK ${hex("x")}`), async (socket) => {
      const tried: string[] = [];
      const ask = (places: Record<string, string>, home?: string): Promise<string | undefined> =>
        askAgent(
          request,
          platformWith(places, {
            homeDirectory: () => home,
            connect: async (path) => {
              tried.push(path);
              return nodePlatform.connect(path.replace("/run/gnupg", dirname(socket)));
            },
          }),
        );
      expect(await ask({ XDG_RUNTIME_DIR: "/run" }, "/h")).toBe("x");
      expect(tried).toEqual(["/h/.gnupg/S.gpg-agent", "/run/gnupg/S.gpg-agent"]);
      expect(await ask({ XDG_RUNTIME_DIR: "" })).toBeUndefined();
      expect(await ask({ GPG_AGENT_INFO: "", XDG_RUNTIME_DIR: "/run" }, "/h")).toBeUndefined();
      expect(tried).toHaveLength(2);
    }));

  it("is not there when whoever listens does not greet", () =>
    withFakeAgent(
      answering("OK"),
      async (socket) => {
        expect(await askAgent(request, platformWith({ GPG_AGENT_INFO: socket }))).toBeUndefined();
        await forgetPassphrase("x", platformWith({ GPG_AGENT_INFO: "/nowhere" }));
      },
      "ERR no",
    ));
});
