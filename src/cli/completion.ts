import type { FlagEntry } from "./flag-table.ts";
import { dashed, findFlag, isFlagLike, spellingsOf } from "./flags.ts";
import { sopsCommands } from "./sops-interface.ts";
import { type CommandEntry, findCommand, flagsOf, lastWord, program } from "./table.ts";

/**
 * What may follow a command line, in sops's order: commands, or the flags that its last word begins. Files and the values of
 * flags are left to the shell.
 *
 * @param line - an empty last word is one that the user is about to write
 * @param withSummaries - write commands as `name:summary`
 * @see urfave/cli v1, help.go, `DefaultCompleteWithFlags`
 */
export function completionCandidates(line: readonly string[], withSummaries: boolean): readonly string[] {
  const { parser, command } = placeOf(line);
  const last = line.at(-1) ?? "";
  if (last.startsWith("-")) {
    return [parser, ...(command === undefined ? [] : [command])].flatMap((entry) => flagCandidates(entry, last, line));
  }
  if (command !== undefined || (last === "" && isValue(parser, line))) return [];
  return commandsOf(parser).flatMap(({ words, summary }) =>
    words.map((word) => (withSummaries ? `${word}:${summary}` : word)),
  );
}

/** The program, or a command with commands below it, and the command below it that the line has chosen. */
interface Place {
  readonly parser: CommandEntry;
  readonly command: CommandEntry | undefined;
}

function placeOf(line: readonly string[]): Place {
  const words = skipFlags(program, line);
  const command = words[0] === undefined ? undefined : findCommand(program, words[0]);
  if (command?.commands === undefined) return { parser: program, command };
  const [word = ""] = skipFlags(command, words.slice(1));
  return { parser: command, command: word === "h" || word === "help" ? helpEntry : findCommand(command, word) };
}

const helpEntry: CommandEntry = { name: "help", summary: "", words: "", details: [], examples: [], sections: [] };

/** What follows the flags at the start; a flag that is unknown ends them. */
function skipFlags(command: CommandEntry, line: readonly string[]): readonly string[] {
  const flags = flagsOf(command);
  let index = 0;
  while (isFlagLike(line[index] ?? "")) {
    const argument = line[index] ?? "";
    index += 1;
    if (argument === "--") break;
    const flag = findFlag(flags, argument);
    if (flag === undefined) break;
    if (takesNextWord(flag, argument)) index += 1;
  }
  return line.slice(index);
}

function takesNextWord(flag: FlagEntry, argument: string): boolean {
  return flag.kind !== "boolean" && !argument.includes("=");
}

/** Whether the last word is the value of a flag. */
function isValue(command: CommandEntry, line: readonly string[]): boolean {
  const before = line.at(-2) ?? "";
  const flag = findFlag(flagsOf(command), before);
  return flag !== undefined && takesNextWord(flag, before);
}

/** The flags that a word begins, but those that the line has already. A short name is none of them after two dashes. */
function flagCandidates(command: CommandEntry, word: string, line: readonly string[]): readonly string[] {
  const begun = word.replace(/^--?/, "");
  return offeredFlags(command)
    .map((flag) => spellingsOf(flag))
    .filter((spellings) => !spellings.some((spelling) => line.includes(dashed(spelling))))
    .flat()
    .filter((spelling) => spelling.startsWith(begun) && spelling !== begun)
    .filter((spelling) => spelling.length > 1 || !word.startsWith("--"))
    .map(dashed);
}

/** The flags of a command, in sops's order, then those that sops has not. Below the program sops does not offer `--help`. */
function offeredFlags(command: CommandEntry): readonly FlagEntry[] {
  const flags = flagsOf(command);
  const names = sopsCommands[command.name]?.flags ?? [];
  const ofSops = names.flatMap((name) => flags.find((flag) => flag.name === name) ?? []);
  const own = flags.filter((flag) => !names.includes(flag.name));
  return [...ofSops, ...own.filter(({ name }) => name !== "help" || command.heading !== undefined)];
}

interface Choice {
  readonly words: readonly string[];
  readonly summary: string;
}

/** The commands below one, in sops's order; then those that sops has not, and `help`. */
function commandsOf(parent: CommandEntry): readonly Choice[] {
  const ofSops = (sopsCommands[parent.name]?.commands ?? []).filter((word) => word !== "help");
  const own = (parent.commands ?? []).filter(
    (command) => !ofSops.includes(lastWord(command)) && command.name !== "help",
  );
  const help = sopsCommands["help"]?.summary ?? "";
  return [
    ...ofSops.map((word) => ({
      words: [word],
      summary: sopsCommands[`${parent.name} ${word}`.trim()]?.summary ?? "",
    })),
    ...own.map((command) => ({ words: [lastWord(command)], summary: command.summary })),
    { words: ["help", "h"], summary: help },
  ];
}
