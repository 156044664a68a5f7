import { describe, expect, it } from "vitest";
import { goQuote, Log, type LogOptions } from "../../src/cli/log.ts";

function logTo(lines: string[], options: Partial<LogOptions> = {}): Log {
  return new Log({
    write: (line) => lines.push(line),
    terminal: false,
    color: false,
    verbose: false,
    now: () => new Date("2026-01-02T03:04:05Z"),
    ...options,
  });
}

function lineOf(options: Partial<LogOptions>, write: (log: Log) => void): string {
  const lines: string[] = [];
  write(logTo(lines, options));
  return lines.join("");
}

const inUtc = new Date("2026-01-02").getTimezoneOffset() === 0;

describe("a log line", () => {
  it.runIf(inUtc)("is key=value pairs where no person reads along", () => {
    expect(lineOf({}, (log) => log.warning("No key found", { uri: "tcp://a b", name: "x" }))).toBe(
      '[CMD]\t time="2026-01-02T03:04:05Z" level=warning msg="No key found" name=x uri="tcp://a b"\n',
    );
  });

  it("has the level first at a terminal", () => {
    expect(lineOf({ terminal: true }, (log) => log.error("No key found", { uri: "x" }))).toBe(
      `[CMD]\t ERRO[0000] ${"No key found".padEnd(44)}  uri=x\n`,
    );
  });

  it("is coloured when asked for", () => {
    expect(lineOf({ terminal: true, color: true }, (log) => log.warning("m", { uri: "x" }))).toBe(
      `\u001b[1m[CMD]\u001b[22m\t \u001b[33mWARN\u001b[0m[0000] ${"m".padEnd(44)}  \u001b[33muri\u001b[0m=x\n`,
    );
  });

  it("counts the seconds since the start at a terminal", () => {
    let seconds = 0;
    const log = (lines: string[]): Log =>
      logTo(lines, { terminal: true, now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)) });
    const lines: string[] = [];
    const running = log(lines);
    seconds = 12;
    running.line("fatal", "m", {}, "AGE");
    expect(lines).toEqual([`[AGE]\t FATA[0012] ${"m".padEnd(44)} \n`]);
  });

  it("below a warning is written only when asked for", () => {
    expect(lineOf({}, (log) => log.info("m"))).toBe("");
    expect(lineOf({ verbose: true }, (log) => log.info("m"))).toContain("level=info msg=m\n");
    const lines: string[] = [];
    const log = logTo(lines);
    log.beVerbose();
    log.line("debug", "m");
    expect(lines).toHaveLength(1);
  });
});

describe("progress", () => {
  it.runIf(inUtc)("is told with date and time, whatever the level", () => {
    expect(lineOf({}, (log) => log.progress("Syncing keys for file /f"))).toBe(
      "2026/01/02 03:04:05 Syncing keys for file /f\n",
    );
  });
});

describe("quoting", () => {
  it.each([
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["a\nb\tc\rd", '"a\\nb\\tc\\rd"'],
    ["\u0000\u001b\u007f", '"\\x00\\x1b\\x7f"'],
    ["ä 東 🎉", '"ä 東 🎉"'],
    ["\u200b\u00a0", '"\\u200b\\u00a0"'],
  ])("writes %j as Go does", (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });
});
