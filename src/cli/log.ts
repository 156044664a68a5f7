/** How grave a log line is; `fatal` is for the line before the program ends. */
export type LogLevel = "debug" | "info" | "warning" | "error" | "fatal";

/** Further facts of a log line, by name. */
export type LogFields = Readonly<Record<string, string>>;

/** Where and how log lines are written. */
export interface LogOptions {
  /** Takes one line with its newline. */
  readonly write: (line: string) => void;
  /** Whether a person reads it at a terminal: short lines, level first. Otherwise key=value pairs with the time. */
  readonly terminal: boolean;
  /** Whether level and names are coloured; only at a terminal. */
  readonly color: boolean;
  /** Whether debug and info lines are written too. */
  readonly verbose: boolean;
  /** The clock. */
  readonly now: () => Date;
}

const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3, fatal: 4 };
const colors: Record<LogLevel, number> = { debug: 37, info: 36, warning: 33, error: 31, fatal: 31 };

/** Writes log lines in the two forms that sops has (those of logrus, after the name of the part that speaks). */
export class Log {
  readonly #options: LogOptions;
  readonly #start: number;
  #verbose: boolean;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#verbose = options.verbose;
    this.#start = options.now().getTime();
  }

  /** Writes debug and info lines from now on. */
  beVerbose(): void {
    this.#verbose = true;
  }

  /** Writes a line, unless its level is below `warning` and nobody asked for more. */
  line(level: LogLevel, message: string, fields: LogFields = {}, part = "CMD"): void {
    if (ranks[level] < ranks.warning && !this.#verbose) return;
    const { terminal, color, write } = this.#options;
    const name = color ? `\u001b[1m[${part}]\u001b[22m` : `[${part}]`;
    const text = terminal ? this.#short(level, message, fields) : this.#full(level, message, fields);
    write(`${name}\t ${text}\n`);
  }

  /** Says how far the program is, whatever the level: `2026/01/02 03:04:05 message`, as Go's own log does. */
  progress(message: string): void {
    const { now, write } = this.#options;
    const [date = "", time = ""] = rfc3339(now()).slice(0, 19).split("T");
    write(`${date.replaceAll("-", "/")} ${time} ${message}\n`);
  }

  /** Writes lines as they are, whatever the level: for commands that stand in for programs without such a log. */
  plain(text: string): void {
    this.#options.write(`${text}\n`);
  }

  info(message: string, fields?: LogFields): void {
    this.line("info", message, fields);
  }

  warning(message: string, fields?: LogFields): void {
    this.line("warning", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.line("error", message, fields);
  }

  #full(level: LogLevel, message: string, fields: LogFields): string {
    const facts = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
    const pairs: [string, string][] = [
      ["time", rfc3339(this.#options.now())],
      ["level", level],
      ...(message === "" ? [] : [["msg", message] satisfies [string, string]]),
      ...facts,
    ];
    return pairs.map(([key, value]) => `${key}=${quoteIfNeeded(value)}`).join(" ");
  }

  #short(level: LogLevel, message: string, fields: LogFields): string {
    const seconds = Math.floor((this.#options.now().getTime() - this.#start) / 1000);
    const paint = (text: string): string => (this.#options.color ? `\u001b[${colors[level]}m${text}\u001b[0m` : text);
    const facts = Object.entries(fields)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ` ${paint(key)}=${quoteIfNeeded(value)}`);
    const head = `${paint(level.slice(0, 4).toUpperCase())}[${String(seconds).padStart(4, "0")}]`;
    return `${head} ${message.replace(/\n$/, "").padEnd(44)} ${facts.join("")}`;
  }
}

/** A text as it is when it is one plain word, otherwise in double quotes with escapes. */
function quoteIfNeeded(text: string): string {
  return /^[A-Za-z0-9\-._/@^+]*$/.test(text) ? text : goQuote(text);
}

/** A text in double quotes as Go's `%q` writes it. */
export function goQuote(text: string): string {
  const escaped = text.replaceAll(/["\\\p{C}\p{Z}]/gu, (character) => {
    if (character === " ") return " ";
    return shortEscapes[character] ?? numericEscape(character.codePointAt(0) ?? 0);
  });
  return `"${escaped}"`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

function numericEscape(codePoint: number): string {
  const digits = codePoint.toString(16);
  if (codePoint < 0x80) return `\\x${digits.padStart(2, "0")}`;
  if (codePoint < 0x10000) return `\\u${digits.padStart(4, "0")}`;
  return `\\U${digits.padStart(8, "0")}`;
}

/** RFC 3339 with seconds, in the local time zone: `2026-01-02T03:04:05Z`. */
export function rfc3339(time: Date): string {
  const offset = -time.getTimezoneOffset();
  const local = new Date(time.getTime() + offset * 60_000).toISOString().slice(0, 19);
  if (offset === 0) return `${local}Z`;
  const minutes = Math.abs(offset);
  return `${local}${offset < 0 ? "-" : "+"}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
