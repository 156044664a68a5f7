import { sopsVersion } from "../core/version.ts";
import type { FlagEntry } from "./flag-table.ts";
import { dashed, spellingsOf, twoSpellings } from "./flags.ts";
import { flagTexts, programUsage, sopsCommands, type SopsCommand } from "./sops-interface.ts";
import { type CommandEntry, flagsOf, lastWord } from "./table.ts";

/**
 * What sops prints on standard output beside a mistake in the command line, to the byte: the mistake, then its page for the
 * command. Scripts look into it; help that is asked for is our own.
 *
 * @see urfave/cli v1, help.go, template.go
 */
export function sopsUsage(command: CommandEntry, mistake: string): string {
  return firstLines(command, mistake) + page(command);
}

/** The program, and a command with commands below it, are programs to sops's parser: they word it differently. */
function firstLines(command: CommandEntry, mistake: string): string {
  if (command.commands === undefined) return `Incorrect Usage: ${mistake}\n\n`;
  if (!mistake.startsWith(twoSpellings)) return `Incorrect Usage. ${mistake}\n\n`;
  return command.name === "" ? `${mistake}\n` : `${mistake}\n\n`;
}

function page(command: CommandEntry): string {
  const entry = sopsCommands[lastWord(command) === "help" ? "help" : command.name] ?? ownCommand(command);
  // sops forgets its own name on the page of `help`.
  const name = command.name === "help" ? "" : ["sops", command.name].filter((part) => part !== "").join(" ");
  return `NAME:\n   ${name} - ${entry.summary}\n\nUSAGE:\n   ${usage(name, command, entry)}\n${sections(command, entry)}`;
}

/** A command that sops has not, as sops would show it. */
function ownCommand(command: CommandEntry): SopsCommand {
  return { summary: command.summary, words: "[arguments...]", flags: [] };
}

function usage(name: string, command: CommandEntry, entry: SopsCommand): string {
  if (command.name === "") return programUsage.join("\n");
  const below = entry.commands === undefined ? "" : " command";
  const flags = entry.flags.length === 0 ? "" : " [command options]";
  return `${name}${below}${flags} ${entry.words}`;
}

function sections(command: CommandEntry, entry: SopsCommand): string {
  const flags = layOut(flagRows(command, entry));
  if (command.name === "") {
    return `\nVERSION:\n   ${sopsVersion}\n\nAUTHOR:\n   CNCF Maintainers\n${commandSection("", entry)}\nGLOBAL OPTIONS:\n${flags}`;
  }
  // The empty line at the end is part of it.
  return `${commandSection(command.name, entry)}${flags === "" ? "" : `\nOPTIONS:\n${flags}   \n`}`;
}

function commandSection(parent: string, { commands }: SopsCommand): string {
  if (commands === undefined) return "";
  const rows = commands.map((word): Row => {
    const summary = sopsCommands[`${parent} ${word}`.trim()]?.summary ?? "";
    return [word === "help" ? "help, h" : word, summary];
  });
  return `\nCOMMANDS:\n${layOut(rows)}`;
}

function flagRows(command: CommandEntry, entry: SopsCommand): Row[] {
  const known = new Map(flagsOf(command).map((flag) => [flag.name, flag]));
  return entry.flags.flatMap((name): Row[] => {
    const flag = known.get(name);
    return flag === undefined ? [] : [flagRow(flag, entry.texts?.[name] ?? flagTexts[name] ?? "")];
  });
}

function flagRow(flag: FlagEntry, text: string): Row {
  const value = flag.kind === "boolean" ? "" : " value";
  const names = spellingsOf(flag).map((spelling) => `${dashed(spelling)}${value}`);
  return [names.join(", "), `${text}${initialHint(flag)}${flag.env === undefined ? "" : ` [$${flag.env}]`}`];
}

function initialHint({ kind, initial }: FlagEntry): string {
  if (kind === "integer") return " (default: 0)";
  return typeof initial === "string" ? ` (default: "${initial}")` : "";
}

type Row = readonly [left: string, right: string];

/** Two columns, two blanks between them; "" for no rows. */
function layOut(rows: readonly Row[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `   ${left.padEnd(width)}${right}\n`).join("");
}
