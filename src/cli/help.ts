import { type VariableEntry, variables } from "./environment-table.ts";
import { flag, type FlagEntry } from "./flag-table.ts";
import { dashed } from "./flags.ts";
import { program, type CommandEntry, type FlagSection } from "./table.ts";

const width = 80;
const programName = "sops-ts";

/** The usage line of a command, without newline: `Usage: sops-ts encrypt [flags] [FILE]`. */
export function usageLine(command: CommandEntry): string {
  const flags = command.sections.length === 0 ? "" : "[flags]";
  const parts = [programName, command.name, flags, command.words];
  return `Usage: ${parts.filter((part) => part !== "").join(" ")}`;
}

/**
 * The help of a command, or of the program.
 *
 * @param isAvailable - whether a command can be called; others are named as such
 */
export function helpText(command: CommandEntry, isAvailable: (name: string) => boolean): string {
  const paragraphs = [
    titleOf(command),
    usageLine(command),
    ...command.details.map((text) => wrap(text, "")),
    ...commandsOf(command, isAvailable),
    examplesOf(command),
    ...command.sections.map(sectionText),
    command === program ? environment() : "",
    sectionText(ownHelp),
    command.commands === undefined ? "" : `Help for a command: ${programName} help COMMAND`,
  ];
  return paragraphs
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => `${paragraph}\n`)
    .join("\n");
}

const ownHelp: FlagSection = { title: "Help", flags: [flag("help")] };

function titleOf(command: CommandEntry): string {
  return wrap(`${[programName, command.name].filter((part) => part !== "").join(" ")}: ${command.summary}`, "");
}

function examplesOf(command: CommandEntry): string {
  if (command.examples.length === 0) return "";
  return ["Examples", ...command.examples.map(({ line, does }) => `  ${line}\n      ${does}`)].join("\n");
}

function commandsOf(command: CommandEntry, isAvailable: (name: string) => boolean): string[] {
  if (command.commands === undefined) return [];
  const available = command.commands.filter((below) => canBeCalled(below, isAvailable));
  const others = command.commands.filter((below) => !available.includes(below)).map((below) => below.name);
  const headings = [...new Set(available.map(headingOf))];
  return [
    ...headings.map((heading) => commandList(heading, available)),
    others.length === 0 ? "" : wrap(`Not available in this version: ${others.join(", ")}`, ""),
  ];
}

function environment(): string {
  return ["Environment, besides the variables of flags", ...layOut(variables.map(variableRow))].join("\n");
}

function variableRow({ name, help }: VariableEntry): Row {
  return [`  ${name}`, help];
}

function headingOf(command: CommandEntry): string {
  return command.heading ?? "Commands";
}

function commandList(heading: string, commands: readonly CommandEntry[]): string {
  const listed = commands.filter((command) => headingOf(command) === heading);
  const widest = Math.max(...commands.map(({ name }) => name.length));
  return [heading, ...layOut(listed.map(({ name, summary }) => [`  ${name.padEnd(widest)}`, summary]))].join("\n");
}

function canBeCalled(command: CommandEntry, isAvailable: (name: string) => boolean): boolean {
  if (command.name === "help") return true;
  return isAvailable(command.name) || (command.commands ?? []).some((below) => canBeCalled(below, isAvailable));
}

function sectionText(section: FlagSection): string {
  return [section.title, ...layOut(section.flags.map(flagRow))].join("\n");
}

type Row = readonly [left: string, right: string];

function flagRow(entry: FlagEntry): Row {
  const isLetter = entry.alias?.length === 1;
  const alias = entry.alias === undefined ? "" : isLetter ? `${dashed(entry.alias)}, ` : "";
  const otherWord = entry.alias !== undefined && !isLetter ? `, ${dashed(entry.alias)}` : "";
  const placeholder = entry.placeholder === undefined ? "" : ` ${entry.placeholder}`;
  const env = entry.env === undefined ? "" : ` [$${entry.env}]`;
  return [`  ${alias === "" ? "    " : alias}${dashed(entry.name)}${otherWord}${placeholder}`, `${entry.help}${env}`];
}

const widestLeft = 30;

/** Two columns. A left side that is too wide has a line of its own. */
function layOut(rows: readonly Row[]): string[] {
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= widestLeft);
  const column = Math.max(0, ...fitting) + 2;
  return rows.map(([left, right]) => {
    const text = wrap(right, " ".repeat(column));
    return left.length + 2 > column ? `${left}\n${text}` : left.padEnd(column) + text.slice(column);
  });
}

/** Breaks a text at blanks into lines of at most 80 characters, each with the indentation in front. */
function wrap(text: string, indentation: string): string {
  const lines: string[] = [];
  let line = indentation;
  for (const word of text.split(" ")) {
    if (line.length > indentation.length && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indentation;
    }
    line += line.length > indentation.length ? ` ${word}` : word;
  }
  return [...lines, line].join("\n");
}
