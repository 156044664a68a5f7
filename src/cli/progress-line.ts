import type { Platform } from "../platform/platform.ts";

/**
 * The last line of a terminal, which tells how far some work is: written over again and again, and taken away at the end. Where nobody
 * watches nothing is written.
 */
export class ProgressLine {
  readonly #write: (text: string) => void;
  readonly #watched: boolean;
  #text = "";

  /** @param write - to the stream of messages, which is the terminal when it is `watched` */
  constructor(write: (text: string) => void, watched: boolean) {
    this.#write = write;
    this.#watched = watched;
  }

  /** @param text - short, so that it is one line at any terminal */
  show(text: string): void {
    if (!this.#watched) return;
    this.#text = text;
    this.#write(`\r${text}${eraseToEnd}`);
  }

  hide(): void {
    if (this.#text === "") return;
    this.#text = "";
    this.#write(`\r${eraseToEnd}`);
  }

  /** Writes whole lines, which stay, above it. */
  writeAbove(lines: string): void {
    const text = this.#text;
    this.hide();
    this.#write(lines);
    if (text !== "") this.show(text);
  }
}

const eraseToEnd = "\u001b[K";

/** A platform whose questions do not begin behind a progress line. */
export function askingBelow(line: ProgressLine, platform: Platform): Platform {
  return {
    ...platform,
    askSecret: (question) => {
      line.hide();
      return platform.askSecret(question);
    },
    ask: (question, answer) => {
      line.hide();
      return platform.ask(question, answer);
    },
    tell: (message) => {
      line.hide();
      return platform.tell(message);
    },
  };
}
