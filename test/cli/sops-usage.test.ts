import { describe, expect, it } from "vitest";
import { sopsCommands } from "../../src/cli/sops-interface.ts";
import { sopsUsage } from "../../src/cli/sops-usage.ts";
import { type CommandEntry, flagsOf, program } from "../../src/cli/table.ts";

const commands = allCommands(program);

function allCommands(command: CommandEntry): CommandEntry[] {
  return [command, ...(command.commands ?? []).flatMap(allCommands)];
}

function commandNamed(name: string): CommandEntry {
  return commands.find((command) => command.name === name) ?? expect.fail(`no command ${name}`);
}

describe("the page beside a mistake", () => {
  it("is the one of sops", () => {
    expect(sopsUsage(commandNamed("filestatus"), "flag provided but not defined: -x")).toBe(
      "Incorrect Usage: flag provided but not defined: -x\n\n" +
        "NAME:\n   sops filestatus - check the status of the file, returning encryption status\n\n" +
        "USAGE:\n   sops filestatus [command options] file\n\n" +
        "OPTIONS:\n   --input-type value  currently ini, json, yaml, dotenv and binary are supported. " +
        "If not set, sops will use the file's extension to determine the type\n   \n",
    );
  });

  it("shows initial values, variables and both spellings of a flag", () => {
    const page = sopsUsage(commandNamed("keyservice"), "m") + sopsUsage(commandNamed("encrypt"), "m");
    expect(page).toContain(
      "   --network value, --net value   network to listen on, e.g. 'tcp' or 'unix' (default: \"tcp\")\n",
    );
    expect(page).toMatch(
      /^ {3}--age value, -a value +comma separated list of age recipients \[\$SOPS_AGE_RECIPIENTS\]$/m,
    );
  });

  it.each([
    [
      "",
      "flag provided but not defined: -x",
      "Incorrect Usage. flag provided but not defined: -x\n\nNAME:\n   sops - sops",
    ],
    [
      "",
      "Cannot use two forms of the same flag: i in-place",
      "Cannot use two forms of the same flag: i in-place\nNAME:",
    ],
    ["groups", "flag provided but not defined: -x", "Incorrect Usage. flag provided but not defined: -x\n\nNAME:"],
    [
      "groups",
      "Cannot use two forms of the same flag: h help",
      "Cannot use two forms of the same flag: h help\n\nNAME:",
    ],
    ["encrypt", "Cannot use two forms of the same flag: i in-place", "Incorrect Usage: Cannot use two forms"],
    [
      "help",
      "flag provided but not defined: -x",
      "Incorrect Usage: flag provided but not defined: -x\n\nNAME:\n    - Shows",
    ],
    [
      "completion fish",
      "m",
      "Incorrect Usage: m\n\nNAME:\n   sops completion fish - print the script for fish\n\nUSAGE:\n",
    ],
  ])("of '%s' begins as in sops for %j", (name, mistake, beginning) => {
    const page = sopsUsage(commandNamed(name), mistake);
    expect(page.slice(0, beginning.length)).toBe(beginning);
  });
});

describe("the interface of sops", () => {
  it.each(commands.filter(({ name }) => Object.hasOwn(sopsCommands, name)))("has the flags of '$name'", (command) => {
    const ours = flagsOf(command).map(({ name }) => name);
    const theirs = new Set([...(sopsCommands[command.name]?.flags ?? []), "help"]);
    expect(ours).toEqual(expect.arrayContaining([...theirs]));
  });
});
