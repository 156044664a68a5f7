import { constants, openSync, readSync, writeSync } from "node:fs";
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
    const typed = windows ? input.iterator({ destroyOnReturn: false }) : typedAt(output);
    return await readAnswer(typed, answer, (text) => void writeSync(output, text));
  } catch (error) {
    throw error instanceof PlatformError ? error : new PlatformError("the terminal cannot be read", { cause: error });
  } finally {
    input.setRawMode(false);
    writeSync(output, "\n");
    input.destroy();
  }
}

interface Terminal {
  /** Has the terminal's mode. */
  readonly input: ReadStream;
  /** Descriptor to write to; where this is no Windows also to read from, without waiting. */
  readonly output: number;
}

const windows = process.platform === "win32";

function openTerminal(): Terminal {
  try {
    if (windows)
      return { input: new ReadStream(openSync("\\\\.\\CONIN$", "r+")), output: openSync("\\\\.\\CONOUT$", "r+") };
    const terminal = openSync("/dev/tty", constants.O_RDWR | constants.O_NONBLOCK);
    return { input: new ReadStream(terminal), output: terminal };
  } catch (error) {
    throw new PlatformError("there is no terminal to ask at", { cause: error });
  }
}

/** How often it is looked whether something was typed. */
const pollMs = 10;

/**
 * What is typed. It is looked for and never waited for: a stream of Bun's waits in a thread of its own, and after the answer would still
 * be there to take what is typed for the next question, or for an editor.
 */
async function* typedAt(terminal: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(1024);
  for (;;) {
    const length = readTyped(terminal, buffer);
    if (length === 0) return;
    if (length === undefined) await new Promise((done) => setTimeout(done, pollMs));
    else yield buffer.subarray(0, length);
  }
}

/** How many bytes were there to read; 0 at the end, undefined when there is nothing yet. */
function readTyped(terminal: number, into: Buffer): number | undefined {
  try {
    return readSync(terminal, into);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return undefined;
    throw error;
  }
}

/** What is typed up to Enter, with the keys that a line has: erase a character, erase all, interrupt; or a single key. */
async function readAnswer(
  chunks: AsyncIterable<Buffer>,
  answer: Answer,
  show: (text: string) => void,
): Promise<string> {
  const decoder = new StringDecoder("utf8");
  let typed: string[] = [];
  const erase = (count: number): void => {
    typed = typed.slice(0, typed.length - Math.min(count, typed.length));
    if (answer === "line") show("\b \b".repeat(count));
  };
  for await (const chunk of chunks) {
    for (const character of decoder.write(chunk)) {
      if (character === "\u0003") {
        interrupt();
        throw new PlatformError("interrupted");
      }
      if (answer === "key") return character;
      if (character === "\r" || character === "\n") return typed.join("");
      if (character === "\u0004") throw new PlatformError("nothing was entered");
      if (character === "\u007f" || character === "\b") erase(Math.min(1, typed.length));
      else if (character === "\u0015") erase(typed.length);
      else {
        typed.push(character);
        if (answer === "line") show(character);
      }
    }
  }
  throw new PlatformError("the terminal was closed");
}

/** Ctrl-C ends a program; the terminal leaves that to us while we read each key. */
function interrupt(): void {
  setImmediate(() => process.kill(process.pid, "SIGINT"));
}
