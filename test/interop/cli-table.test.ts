import { expect, it } from "vitest";
import type { FlagEntry } from "../../src/cli/flag-table.ts";
import { dashed, spellingsOf } from "../../src/cli/flags.ts";
import { type CommandEntry, flagsOf, program } from "../../src/cli/table.ts";
import { programRunner } from "../support/command-runner.ts";
import { describeWithPrograms } from "../support/programs.ts";

/** Whether sops has a command; what it does not have stands under a heading of its own, but for a shell more. */
function isOfSops({ name, heading }: CommandEntry): boolean {
  return heading === undefined && name !== "completion fish";
}

/** sops has it everywhere, but lists it only where there are further commands. */
const helpLine = "--help, -h";

/** Flags that sops does not have, by command. */
const ownFlags: Readonly<Record<string, readonly string[]>> = { rotate: ["yes"], updatekeys: ["check"] };

describeWithPrograms(["sops"], "the table of commands", ({ sops }) => {
  const run = programRunner([sops]);
  const helpOf = async (name: string): Promise<string> => {
    const args = [...name.split(" "), "--help"].filter((word) => word !== "");
    const outcome = await run({ args, directory: "/", env: {} });
    return new TextDecoder().decode(outcome.stdout);
  };

  it.each(allCommands(program).filter(isOfSops))("has the flags and variables of sops for '$name'", async (command) => {
    const theirs = flagLines(await helpOf(command.name)).filter((line) => line !== helpLine);
    const own = ownFlags[command.name] ?? [];
    const table = flagsOf(command)
      .filter(({ name }) => !own.includes(name))
      .map(lineOf);
    expect(table.filter((line) => line !== helpLine).sort()).toEqual(theirs.sort());
  });

  it("has the commands of sops", async () => {
    expect(namesBelow(program).sort()).toEqual(commandNames(await helpOf("")).sort());
    for (const command of (program.commands ?? []).filter(({ commands }) => commands !== undefined)) {
      const below = commandNames(await helpOf(command.name)).map((word) => `${command.name} ${word}`);
      expect(namesBelow(command).sort()).toEqual(below.sort());
    }
  });
});

function namesBelow(command: CommandEntry): string[] {
  return (command.commands ?? []).filter(isOfSops).map(({ name }) => name);
}

function allCommands(command: CommandEntry): CommandEntry[] {
  return [command, ...(command.commands ?? []).filter(({ name }) => name !== "help").flatMap(allCommands)];
}

/** A flag as the help of sops begins its line: `--age value, -a value [$SOPS_AGE_RECIPIENTS]`. */
function lineOf(flag: FlagEntry): string {
  const value = flag.kind === "boolean" ? "" : " value";
  const names = spellingsOf(flag).map((spelling) => `${dashed(spelling)}${value}`);
  return `${names.join(", ")}${flag.env === undefined ? "" : ` [$${flag.env}]`}`;
}

function flagLines(help: string): string[] {
  return help
    .split("\n")
    .map((line) => /^ {3}(-[^ ]+(?: value)?(?:, -[^ ]+(?: value)?)*)  .*?(?: (\[\$\w+\]))?$/.exec(line))
    .filter((match) => match !== null)
    .map(([, names, variable]) => (variable === undefined ? `${names}` : `${names} ${variable}`));
}

function commandNames(help: string): string[] {
  const section = /^COMMANDS:\n([^]*?)\n\n/m.exec(help)?.[1] ?? "";
  return section.split("\n").map((line) => /^ *([\w-]+)/.exec(line)?.[1] ?? "");
}
