import { describe, expect, it } from "vitest";
import { isAvailable } from "../../src/cli/commands.ts";
import { dashed, spellingsOf } from "../../src/cli/flags.ts";
import { helpText } from "../../src/cli/help.ts";
import { type CommandEntry, flagsOf, program } from "../../src/cli/table.ts";

const commands = allCommands(program);

function allCommands(command: CommandEntry): CommandEntry[] {
  return [command, ...(command.commands ?? []).flatMap(allCommands)];
}

describe.each(commands)("the help for '$name'", (command) => {
  const help = helpText(command, isAvailable);

  it("begins with what it does and how it is called", () => {
    const name = ["sops-ts", command.name].filter((part) => part !== "").join(" ");
    const usage = command.sections.length === 0 ? name : `${name} \\[flags\\]`;
    expect(help).toMatch(new RegExp(`^${name}: [^]*\\n\\nUsage: ${usage}`));
  });

  it("names every flag and variable", () => {
    for (const flag of flagsOf(command)) {
      for (const spelling of spellingsOf(flag)) expect(help).toContain(dashed(spelling));
      if (flag.env !== undefined) expect(help).toContain(`$${flag.env}`);
    }
  });

  it("has lines that fit a terminal, and no blanks at their ends", () => {
    const tooLong = help.split("\n").filter((line) => line.length > 80 && !line.startsWith("  sops-ts"));
    expect(tooLong).toEqual([]);
    expect(help).not.toMatch(/ \n/);
    expect(help).toMatch(/[^\n]\n$/);
  });
});

describe("the help for the program", () => {
  it("lists each command that can be called on a line of its own", () => {
    const help = helpText(program, () => true);
    for (const { name, summary } of program.commands ?? []) {
      expect(help).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, "m"));
    }
    expect(help).not.toContain("Not available");
  });

  it("says which commands cannot be called", () => {
    const help = helpText(program, (name) => name !== "edit");
    expect(help).toContain("Not available in this version: edit\n");
    expect(help).not.toMatch(/^ {2}edit /m);
  });
});

describe("the examples of the help", () => {
  it.each(commands.flatMap(({ examples }) => examples).map(({ line }) => line))("have flags that exist: %s", (line) => {
    const unquoted = line.slice(line.indexOf("sops-ts ")).replaceAll(/'[^']*'/g, "");
    const words = unquoted.split(" ").slice(1);
    const known = commands.flatMap((command) => flagsOf(command).flatMap(spellingsOf)).map(dashed);
    for (const word of words.filter((candidate) => /^--?[a-z]/.test(candidate))) {
      expect(known).toContain(word);
    }
  });
});
