import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeWithPrograms } from "../support/programs.ts";

const platformUrl = new URL("../../src/platform/node.ts", import.meta.url).href;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Asks, and prints what came of it where a terminal would show it. */
const script = `
  const { platform } = await import(${JSON.stringify(platformUrl)});
  const [how] = process.argv.slice(1);
  const tell = async () => {
    await platform.tell("Passphrase: none");
    return String(platform.terminalName());
  };
  const asked =
    how === "tell" ? tell() : how === "secret" ? platform.askSecret("Passphrase: ") : platform.ask("Passphrase: ", how);
  const answer = await asked.catch((error) => "failed: " + error.message);
  console.log("<" + Buffer.from(answer).toString("hex") + ">");
`;
const nodeWords = ["--import", "tsx", "--input-type=module", "-e", script, "--"];

interface Ended {
  readonly shown: string;
  readonly answer: string;
  readonly status: number | null;
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
    child.once("close", (status) => {
      const hex = /<([0-9a-f]*)>/.exec(shown)?.[1] ?? "";
      done({ shown: shown.replace(/<[0-9a-f]*>/, ""), answer: Buffer.from(hex, "hex").toString(), status });
    });
  });
}

type Form = "secret" | "line" | "key" | "tell";

describeWithPrograms(["script"], "asking at a terminal", (programs) => {
  const ask = (form: Form, typed: readonly string[]): Promise<Ended> => {
    const words = ["env", process.execPath, ...nodeWords, form].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    const child = spawn(programs.script, ["-qefc", words.join(" "), "/dev/null"], { cwd: root, stdio: "pipe" });
    return interact(child, typed);
  };

  it.each<[string, string[], string]>([
    ["what is typed", ["correct horse\r"], "correct horse"],
    ["what comes in pieces", ["corr", "ect\n"], "correct"],
    ["letters beyond ASCII", ["pässwörd 🔑\r"], "pässwörd 🔑"],
    ["what is left after erasing", ["wrong\u0015rigg\u007fht\u0008t\r"], "right"],
    ["nothing", ["\r"], ""],
  ])("gives %s and shows none of it", async (_, typed, expected) => {
    const { shown, answer } = await ask("secret", typed);
    expect(answer).toBe(expected);
    expect(shown.replaceAll(/\s+/g, " ").trim()).toBe("Passphrase:");
  });

  it("shows a line that may be seen, as far as it was not erased", async () => {
    const { shown, answer } = await ask("line", ["slat\u007f\u007fot 1\r"]);
    expect(answer).toBe("slot 1");
    expect(shown.replaceAll(/.\u0008 \u0008/g, "").trim()).toMatch(/^Passphrase: sl.*ot 1$/);
  });

  it("takes a single key without Enter, and shows nothing", async () => {
    const { shown, answer } = await ask("key", ["2"]);
    expect([answer, shown.trim()]).toEqual(["2", "Passphrase:"]);
  });

  it("shows a message, and knows the terminal", async () => {
    const { shown, answer } = await ask("tell", []);
    expect(shown.trim()).toBe("Passphrase: none");
    expect(answer).toMatch(/^\/dev\/(?:pts\/\d+|tty\w*)$/);
  });

  it("fails when Ctrl-D is typed", async () => {
    expect((await ask("secret", ["half", "\u0004"])).answer).toBe("failed: nothing was entered");
  });

  it.each<Form>(["secret", "line", "key"])("ends the program when Ctrl-C is typed for a %s", async (form) => {
    const { shown, status } = await ask(form, ["\u0003"]);
    expect(shown.trim()).toBe("Passphrase:");
    expect(status).toBe(128 + 2);
  });
});

describe.runIf(process.platform !== "win32")("asking without a terminal", () => {
  it("fails at once, even where standard input could answer", async () => {
    // A session of its own has no terminal.
    const child = spawn(process.execPath, [...nodeWords, "secret"], { cwd: root, stdio: "pipe", detached: true });
    child.stdin?.end("answer\n");
    const { shown, answer } = await interact(child, []);
    expect([shown, answer]).toEqual(["\n", "failed: there is no terminal to ask at"]);
  });

  it("cannot show a message either", async () => {
    const child = spawn(process.execPath, [...nodeWords, "tell"], { cwd: root, stdio: "pipe", detached: true });
    expect((await interact(child, [])).answer).toBe("failed: there is no terminal to ask at");
  });
});
