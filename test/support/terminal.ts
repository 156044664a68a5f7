import { spawn } from "node:child_process";

const patienceMs = 30_000;

/** A program at a pseudo-terminal. */
export interface Terminal {
  /** Waits until the terminal shows a text that it did not show when it was last waited for. */
  until(text: string): Promise<void>;
  type(keys: string): void;
  /** Takes the terminal away, as closing its window does. */
  close(): void;
  /** The program's exit status, 128 more than the signal that ended it, and all that was shown. */
  readonly ended: Promise<{ readonly status: number | null; readonly shown: string }>;
}

/** What to run, and where. */
export interface TerminalProgram {
  /** util-linux's `script`, which makes the terminal. */
  readonly script: string;
  readonly command: readonly string[];
  readonly directory: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a program at a terminal of its own. */
export function openTerminal({ script, command, directory, env }: TerminalProgram): Terminal {
  const words = command.map((word) => `'${word}'`).join(" ");
  const child = spawn(script, ["-qefc", `exec ${words}`, "/dev/null"], {
    cwd: directory,
    env: { ...env },
    stdio: "pipe",
  });
  let shown = "";
  let seen = 0;
  child.stdout.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  child.stdin.on("error", () => undefined);
  const ended = new Promise<{ status: number | null; shown: string }>((done) => {
    child.once("close", (status) => done({ status, shown }));
  });
  return {
    until: async (text) => {
      const deadline = Date.now() + patienceMs;
      while (!shown.includes(text, seen)) {
        if (Date.now() > deadline) throw new TypeError(`${text} was not shown: ${JSON.stringify(shown.slice(seen))}`);
        await new Promise((done) => setTimeout(done, 20));
      }
      seen = shown.length;
      // A program may show its text just before it listens.
      await new Promise((done) => setTimeout(done, 200));
    },
    type: (keys) => void child.stdin.write(keys),
    close: () => void child.kill("SIGKILL"),
    ended,
  };
}
