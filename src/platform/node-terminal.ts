import { openSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { ReadStream } from "node:tty";
import { PlatformError } from "./platform.ts";

/** What is asked for: a line that is not shown, one that is, or a single key. */
export type Answer = "secret" | "line" | "key";

/** Asks at the terminal itself, whatever the standard streams are; see {@link Platform.askSecret}. */
export function askAtTerminal(question: string, answer: Answer): Promise<string> {
  // There is one terminal: who asks while a question is open has to wait.
  const asked = lastQuestion.then(() => askNow(question, answer));
  lastQuestion = asked.then(
    () => undefined,
    () => undefined,
  );
  return asked;
}

let lastQuestion: Promise<unknown> = Promise.resolve();

/** Shows a line at the terminal; see {@link Platform.tell}. */
export function tellAtTerminal(message: string): void {
  const { input, output } = openTerminal();
  writeSync(output, `${message}\n`);
  input.destroy();
}

async function askNow(question: string, answer: Answer): Promise<string> {
  const { input, output } = openTerminal();
  try {
    // First of all: what is typed from here on must not be shown by the terminal.
    input.setRawMode(true);
    writeSync(output, question);
    return await readAnswer(input, answer, (text) => void writeSync(output, text));
  } finally {
    input.setRawMode(false);
    writeSync(output, "\n");
    input.destroy();
  }
}

interface Terminal {
  readonly input: ReadStream;
  /** Descriptor to write to. */
  readonly output: number;
}

function openTerminal(): Terminal {
  const windows = process.platform === "win32";
  try {
    const output = openSync(windows ? "\\\\.\\CONOUT$" : "/dev/tty", "r+");
    const input = windows ? openSync("\\\\.\\CONIN$", "r+") : output;
    return { input: new ReadStream(input), output };
  } catch (error) {
    throw new PlatformError("there is no terminal to ask at", { cause: error });
  }
}

/** What is typed up to Enter, with the keys that a line has: erase a character, erase all, interrupt; or a single key. */
function readAnswer(input: ReadStream, answer: Answer, show: (text: string) => void): Promise<string> {
  const decoder = new StringDecoder("utf8");
  let typed: string[] = [];
  const erase = (count: number): void => {
    typed = typed.slice(0, typed.length - Math.min(count, typed.length));
    if (answer === "line") show("\b \b".repeat(count));
  };
  return new Promise((done, fail) => {
    const end = (settle: () => void): void => {
      input.off("data", onData);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      for (const character of decoder.write(chunk)) {
        if (character === "\u0003") return end(() => (interrupt(), fail(new PlatformError("interrupted"))));
        if (answer === "key") return end(() => done(character));
        if (character === "\r" || character === "\n") return end(() => done(typed.join("")));
        if (character === "\u0004") return end(() => fail(new PlatformError("nothing was entered")));
        if (character === "\u007f" || character === "\b") erase(Math.min(1, typed.length));
        else if (character === "\u0015") erase(typed.length);
        else {
          typed.push(character);
          if (answer === "line") show(character);
        }
      }
    };
    input.on("data", onData);
    input.once("error", (error) => fail(new PlatformError("the terminal cannot be read", { cause: error })));
    input.once("end", () => fail(new PlatformError("the terminal was closed")));
  });
}

/** Ctrl-C ends a program; the terminal leaves that to us while we read each key. */
function interrupt(): void {
  setImmediate(() => process.kill(process.pid, "SIGINT"));
}
