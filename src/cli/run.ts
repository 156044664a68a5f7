import { PlatformError, type Platform } from "../platform/platform.ts";
import { SopsError } from "../errors.ts";
import { AuditError } from "./audit/audit-error.ts";
import type { AuditLog } from "./audit/audit-log.ts";
import { openAuditLog } from "./audit/open-audit-log.ts";
import type { CommandResult } from "./command.ts";
import { isAvailable, loadCommand } from "./commands.ts";
import { exitCodes, unknownTopicExitCode } from "./exit-codes.ts";
import type { FlagEntry, FlagName } from "./flag-table.ts";
import {
  dashed,
  environmentValues,
  parseFlags,
  parseLeadingFlags,
  spellingsOf,
  type FlagValues,
  type ParsedLine,
} from "./flags.ts";
import { Log } from "./log.ts";
import {
  describeBug,
  describeError,
  hintLines,
  ignoredWordLooksLikeFlag,
  isTooLong,
  onlyFirstWordUsed,
  tooLong,
} from "./messages.ts";
import type { Programs } from "./programs.ts";
import { askingBelow, ProgressLine } from "./progress-line.ts";
import { nearest } from "./suggestion.ts";
import { findCommand, flagsOf, globalFlagNames, lastWord, program, type CommandEntry } from "./table.ts";

/** As the last argument it asks for what may follow the others; shells send it. */
const completionFlag = "--generate-bash-completion";

/** Where text and bytes go. */
export interface OutputStream {
  write(content: string | Uint8Array): void;
  readonly isTerminal: boolean;
}

/** The world of one run of the command line. */
export interface CliIo {
  /** Files, environment, working directory. */
  readonly platform: Platform;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Reads standard input to its end. */
  readStdin(): Promise<Uint8Array>;
  /** Reads the next line of standard input, without its end; undefined when there is none. */
  readLine(): Promise<string | undefined>;
  /** Starts the programs of `edit` and `exec-…`. Default: they share the standard streams of this process. */
  readonly programs?: Programs;
  /** The clock of the log. Default: the real one. */
  readonly now?: () => Date;
  /** What `--check-for-updates` asks with. Default: the runtime's `fetch`. */
  readonly fetch?: typeof fetch;
}

/**
 * Runs one command line.
 *
 * @param line - the arguments, without the program's own name
 * @returns the exit status; everything has been printed
 */
export async function run(line: readonly string[], io: CliIo): Promise<number> {
  const session = new Session(io);
  try {
    return await session.run(line);
  } catch (error) {
    return await session.report(error);
  } finally {
    await session.end();
  }
}

/** A mistake in the command line itself, with the command whose usage should be shown. */
class UsageMistake extends SopsError {
  readonly command: CommandEntry;

  constructor(command: CommandEntry, error: SopsError) {
    super(error.code, error.message, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
    this.command = command;
  }
}

class Session {
  readonly #io: CliIo;
  readonly #log: Log;
  readonly #progressLine: ProgressLine;
  /** Whether messages are coloured. */
  readonly #color: boolean;
  #audit: AuditLog | undefined;

  constructor(io: CliIo) {
    this.#io = io;
    this.#color = showsColor(io.stderr, io.platform);
    this.#progressLine = new ProgressLine((text) => io.stderr.write(text), isWatched(io.stderr, io.platform));
    this.#log = new Log({
      write: (text) => this.#progressLine.writeAbove(text),
      terminal: isTerminal(io.stderr, io.platform),
      color: this.#color,
      verbose: false,
      now: io.now ?? (() => new Date()),
    });
  }

  async run(line: readonly string[]): Promise<number> {
    this.#audit = await openAuditLog(this.#io.platform, this.#log);
    if (line.at(-1) === completionFlag) return this.#complete(line.slice(0, -1));
    const environment = environmentValues(flagsOf(program), (name) => this.#io.platform.env(name));
    const { given, words } = parseOrExplain(program, () => parseLeadingFlags(flagsOf(program), line));
    const command = words[0] === undefined ? undefined : findCommand(program, words[0]);
    if (given.boolean("help")) return this.#help(command ?? program);
    if (given.boolean("version")) return this.#version(environment.with(given));
    if (given.boolean("verbose")) this.#log.beVerbose();
    if (command === undefined) return this.#call(program, environment.with(given), words);
    if (command.name === "help") return this.#helpCommand(command, [], words.slice(1));
    return this.#dispatch(command, given, words.slice(1));
  }

  /** Calls a command with what follows its name, or goes on to the command below it. */
  async #dispatch(command: CommandEntry, fromProgram: FlagValues, rest: readonly string[]): Promise<number> {
    if (command.commands !== undefined) return this.#descend(command, fromProgram, rest);
    const { given, words } = parseOrExplain(command, () =>
      command.flagsFirst === undefined
        ? parseFlags(flagsOf(command), rest, meaningfulProgramFlags(command))
        : parseLeadingFlags(flagsOf(command), rest),
    );
    if (given.boolean("help")) return this.#help(command);
    refuseMeaninglessFlags(command, fromProgram);
    if (given.boolean("verbose")) this.#log.beVerbose();
    const environment = this.#environmentOf(command);
    return this.#call(command, environment.with(fromProgram).with(given), words);
  }

  async #descend(command: CommandEntry, fromProgram: FlagValues, rest: readonly string[]): Promise<number> {
    const { given, words } = parseOrExplain(command, () => parseLeadingFlags(flagsOf(command), rest));
    const [word, ...further] = words;
    if (given.boolean("help") || word === undefined) return this.#help(command);
    const below = findCommand(command, word);
    if (below !== undefined) return this.#dispatch(below, fromProgram, further);
    const help = word === "h" || word === "help" ? findCommand(program, word) : undefined;
    if (help !== undefined) return this.#helpCommand(help, [command.name], further);
    return this.#unknownTopic(word, command);
  }

  async #call(command: CommandEntry, flags: FlagValues, words: readonly string[]): Promise<number> {
    const code = await loadCommand(command.name);
    if (command.warnsOfFurtherWords === true) this.#warnOfIgnoredWords(command, words);
    const result = await code({
      flags,
      words,
      platform: askingBelow(this.#progressLine, this.#io.platform),
      log: this.#log,
      progressLine: this.#progressLine,
      keyCache: new Map(),
      audit: this.#audit,
      readStdin: () => this.#io.readStdin(),
      readLine: () => this.#io.readLine(),
      print: (text) => this.#io.stdout.write(text),
      // Found out when it is needed: opening the stream takes a few milliseconds.
      printsToTerminal: () => this.#io.stdout.isTerminal,
      printsColor: () => showsColor(this.#io.stdout, this.#io.platform),
      programs: async () => this.#io.programs ?? (await import("./node-programs.ts")).programs,
      load: loadCommand,
    });
    await this.#write(result);
    if (result.complaint !== undefined) this.#io.stderr.write(`${result.complaint}\n`);
    return result.exitCode ?? 0;
  }

  /** What the environment gives a command: its own flags, and those that hold for every command. */
  #environmentOf(command: CommandEntry): FlagValues {
    const flags = [...meaningfulProgramFlags(command), ...flagsOf(command)];
    return environmentValues(flags, (name) => this.#io.platform.env(name));
  }

  #warnOfIgnoredWords(command: CommandEntry, words: readonly string[]): void {
    if (words.length < 2) return;
    this.#log.warning(onlyFirstWordUsed);
    const flagLike = words.slice(1).findLast((word) => word.startsWith("-"));
    if (flagLike === undefined) return;
    this.#log.warning(ignoredWordLooksLikeFlag(flagLike));
    const spelling = flagLike.replace(/^--?|=.*$/g, "");
    const near = nearest(spelling, flagsOf(command).flatMap(spellingsOf));
    if (near !== undefined && near !== spelling) this.#log.warning(`Did you mean ${dashed(near)}?`);
  }

  async #write(result: CommandResult): Promise<void> {
    if (result.content === undefined) return;
    if (result.destination === undefined) {
      this.#io.stdout.write(result.content);
      return;
    }
    const { path, inPlace } = result.destination;
    const content = typeof result.content === "string" ? new TextEncoder().encode(result.content) : result.content;
    try {
      await this.#io.platform.writeFile(path, content);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      const what = inPlace ? "in-place file" : "output file";
      throw new SopsError("COULD_NOT_WRITE_OUTPUT_FILE", `Could not open ${what} for writing: ${error.message}`, {
        cause: error,
      });
    }
    if (inPlace) this.#log.info("File written successfully");
  }

  /** Prints what may follow a command line, one candidate a line. */
  async #complete(line: readonly string[]): Promise<number> {
    const { completionCandidates } = await import("./completion.ts");
    const withSummaries = this.#io.platform.env("_CLI_ZSH_AUTOCOMPLETE_HACK") === "1";
    const candidates = completionCandidates(line, withSummaries);
    if (candidates.length > 0) this.#io.stdout.write(`${candidates.join("\n")}\n`);
    return 0;
  }

  async #help(command: CommandEntry): Promise<number> {
    const { helpText } = await import("./help.ts");
    this.#io.stdout.write(helpText(command, isAvailable));
    return 0;
  }

  /** The command `help`, which every command with commands below it has too. */
  async #helpCommand(help: CommandEntry, parents: readonly string[], rest: readonly string[]): Promise<number> {
    const entry = { ...help, name: [...parents, help.name].join(" ") };
    const { given, words } = parseOrExplain(entry, () => parseFlags(flagsOf(entry), rest));
    return given.boolean("help") && words.length === 0 ? this.#help(entry) : this.#helpOn([...parents, ...words]);
  }

  /** The help for the command that words name one after another. */
  async #helpOn(words: readonly string[]): Promise<number> {
    let command = program;
    for (const word of words) {
      const below = findCommand(command, word);
      if (below === undefined) return this.#unknownTopic(word, command);
      command = below;
    }
    return this.#help(command);
  }

  #unknownTopic(topic: string, parent: CommandEntry): number {
    this.#io.stderr.write(`No help topic for '${topic}'\n`);
    const near = nearest(topic, (parent.commands ?? []).map(lastWord));
    if (near !== undefined) this.#io.stderr.write(`Hint: Did you mean ${near}?\n`);
    return unknownTopicExitCode;
  }

  async #version(flags: FlagValues): Promise<number> {
    const { describeLatestRelease, versionLine } = await import("./version.ts");
    const check = flags.boolean("check-for-updates");
    this.#io.stdout.write(versionLine({ bare: flags.boolean("disable-version-check") && !check }));
    if (check) this.#io.stdout.write(await describeLatestRelease(this.#io.fetch ?? fetch));
    return 0;
  }

  /** The message; at a terminal a report of keys shows in colour which of them failed. */
  async #messageOf(error: SopsError): Promise<string> {
    if (!this.#color || error.code !== "COULD_NOT_RETRIEVE_KEY") return error.message;
    const { DataKeyError } = await import("../keys/data-key-error.ts");
    return error instanceof DataKeyError ? error.report(paintStatus) : error.message;
  }

  /** Lets go of what was opened for the whole run. */
  async end(): Promise<void> {
    await this.#audit?.close();
  }

  /** Prints what went wrong and gives the exit status for it. */
  async report(error: unknown): Promise<number> {
    if (error instanceof UsageMistake && error.command.flagsFirst !== undefined) {
      const { usageLine } = await import("./help.ts");
      this.#log.plain(`${describeError(error)}${usageLine(error.command)}`);
      return error.command.flagsFirst.mistakeExitCode;
    }
    if (error instanceof UsageMistake) {
      const { sopsUsage } = await import("./sops-usage.ts");
      this.#io.stdout.write(sopsUsage(error.command, error.message));
    }
    if (error instanceof AuditError) {
      for (const problem of error.problems) this.#log.line("error", problem, {}, "AUDIT");
      this.#log.line("fatal", error.message, {}, "AUDIT");
      for (const line of hintLines(error)) this.#io.stderr.write(`${line}\n`);
    } else if (error instanceof SopsError && error.code === "USAGE") {
      this.#log.line("fatal", error.message);
      for (const line of hintLines(error)) this.#io.stderr.write(`${line}\n`);
    } else if (error instanceof SopsError) {
      this.#io.stderr.write(describeError(error, await this.#messageOf(error)));
    } else if (error instanceof PlatformError) {
      this.#io.stderr.write(`${error.message}\n`);
    } else if (isTooLong(error)) {
      this.#io.stderr.write(tooLong);
    } else {
      this.#io.stderr.write(describeBug(error, { stack: Boolean(this.#io.platform.env("SOPS_TS_DEBUG")) }));
    }
    const ownExitCode = error instanceof UsageMistake ? error.command.mistakeExitCode : undefined;
    return ownExitCode ?? (error instanceof SopsError ? exitCodes[error.code] : 1);
  }
}

/** Whether a person reads a stream at a terminal of the kind that sops lays its lines out for. */
function isTerminal(stream: OutputStream, platform: Platform): boolean {
  return stream.isTerminal && platform.os !== "win32";
}

/** Whether a person waits at a terminal where what is written can be taken away again. */
function isWatched(stream: OutputStream, platform: Platform): boolean {
  return isTerminal(stream, platform) && platform.env("TERM") !== "dumb" && !platform.env("CI");
}

function showsColor(stream: OutputStream, platform: Platform): boolean {
  return isTerminal(stream, platform) && !platform.env("NO_COLOR") && platform.env("TERM") !== "dumb";
}

function paintStatus(status: "SUCCESS" | "FAILED"): string {
  return `\u001b[${status === "SUCCESS" ? 32 : 31}m${status}\u001b[0m`;
}

function parseOrExplain(command: CommandEntry, parse: () => ParsedLine): ParsedLine {
  try {
    return parse();
  } catch (error) {
    throw error instanceof SopsError ? new UsageMistake(command, error) : error;
  }
}

/** The flags of the program that may stand before a command though the command itself has no such flag. */
function meaningfulProgramFlags(command: CommandEntry): readonly FlagEntry[] {
  const names: readonly FlagName[] = [...globalFlagNames, ...(command.fromProgram ?? [])];
  return flagsOf(program).filter(({ name }) => names.includes(name));
}

/** A flag of the program before a command either has its meaning there or is an error; it is never ignored. */
function refuseMeaninglessFlags(command: CommandEntry, fromProgram: FlagValues): void {
  const meaningful = [...flagsOf(command), ...meaningfulProgramFlags(command)].map(({ name }) => name);
  const meaningless = fromProgram.names().find((name) => !meaningful.includes(name));
  if (meaningless === undefined) return;
  const mistake = new SopsError("USAGE", `--${meaningless} has no meaning for the command ${command.name}`, {
    hint: `If a file is called ${command.name}, write ./${command.name}.`,
  });
  throw new UsageMistake(command, mistake);
}
