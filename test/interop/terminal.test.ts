import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeWithPrograms } from "../support/programs.ts";

const platformUrl = new URL("../../src/platform/node.ts", import.meta.url).href;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Asks, and prints what came of it where a terminal would show it. */
const script = `
  const { platform } = await import(${JSON.stringify(platformUrl)});
  const answer = await platform.askSecret("Passphrase: ").catch((error) => "failed: " + error.message);
  console.log("<" + Buffer.from(answer).toString("hex") + ">");
`;
const nodeWords = ["--import", "tsx", "--input-type=module", "-e", script];

interface Ended {
  readonly shown: string;
  readonly answer: string;
}

/** Collects what a program shows, typing once it has asked. */
function interact(child: ChildProcess, typed: readonly string[]): Promise<Ended> {
  const rest = [...typed];
  let shown = "";
  return new Promise((done) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      if (!shown.includes("Passphrase: ")) return;
      for (const text of rest.splice(0)) child.stdin?.write(text);
    });
    child.once("close", () => {
      const hex = /<([0-9a-f]*)>/.exec(shown)?.[1] ?? "";
      done({ shown: shown.replace(/<[0-9a-f]*>/, ""), answer: Buffer.from(hex, "hex").toString() });
    });
  });
}

describeWithPrograms(["script"], "asking at a terminal", (programs) => {
  it.each<[string, string[], string]>([
    ["what is typed", ["correct horse\r"], "correct horse"],
    ["what comes in pieces", ["corr", "ect\n"], "correct"],
    ["letters beyond ASCII", ["pässwörd 🔑\r"], "pässwörd 🔑"],
    ["what is left after erasing", ["wrong\u0015rigg\u007fht\u0008t\r"], "right"],
    ["nothing", ["\r"], ""],
  ])("gives %s and shows none of it", async (_, typed, expected) => {
    const words = ["env", process.execPath, ...nodeWords].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const child = spawn(programs.script, ["-qefc", words, "/dev/null"], { cwd: root, stdio: "pipe" });
    const { shown, answer } = await interact(child, typed);
    expect(answer).toBe(expected);
    expect(shown.replaceAll(/\s+/g, " ").trim()).toBe("Passphrase:");
  });

  it.each([
    ["\u0003", "failed: interrupted"],
    ["\u0004", "failed: nothing was entered"],
  ])("ends when %j is typed", async (key, expected) => {
    const words = [process.execPath, ...nodeWords].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const child = spawn(programs.script, ["-qefc", words, "/dev/null"], { cwd: root, stdio: "pipe" });
    expect((await interact(child, ["half", key])).answer).toBe(expected);
  });
});

describe.runIf(process.platform !== "win32")("asking without a terminal", () => {
  it("fails at once, even where standard input could answer", async () => {
    // A session of its own has no terminal.
    const child = spawn(process.execPath, nodeWords, { cwd: root, stdio: "pipe", detached: true });
    child.stdin?.end("answer\n");
    expect(await interact(child, [])).toEqual({ shown: "\n", answer: "failed: there is no terminal to ask at" });
  });
});
