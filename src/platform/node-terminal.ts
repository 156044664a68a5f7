import { openSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { ReadStream } from "node:tty";
import { PlatformError } from "./platform.ts";

/** Asks at the terminal itself, whatever the standard streams are; see {@link Platform.askSecret}. */
export async function askSecretAtTerminal(question: string): Promise<string> {
  const { input, output } = openTerminal();
  try {
    // First of all: what is typed from here on must not be shown.
    input.setRawMode(true);
    writeSync(output, question);
    return await readLine(input);
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

/** What is typed up to Enter, with the keys that a line has: erase a character, erase all, interrupt. */
function readLine(input: ReadStream): Promise<string> {
  const decoder = new StringDecoder("utf8");
  let typed: string[] = [];
  return new Promise((done, fail) => {
    const stop = (): void => void input.off("data", onData);
    const onData = (chunk: Buffer): void => {
      for (const character of decoder.write(chunk)) {
        if (character === "\r" || character === "\n") return (stop(), done(typed.join("")));
        if (character === "\u0003") return (stop(), fail(new PlatformError("interrupted")));
        if (character === "\u0004") return (stop(), fail(new PlatformError("nothing was entered")));
        if (character === "\u007f" || character === "\b") typed.pop();
        else if (character === "\u0015") typed = [];
        else typed.push(character);
      }
    };
    input.on("data", onData);
    input.once("error", (error) => fail(new PlatformError("the terminal cannot be read", { cause: error })));
    input.once("end", () => fail(new PlatformError("the terminal was closed")));
  });
}
