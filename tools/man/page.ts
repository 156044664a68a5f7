import { isAvailable } from "../../src/cli/commands.ts";
import { variables } from "../../src/cli/environment-table.ts";
import type { FlagEntry } from "../../src/cli/flag-table.ts";
import { dashed, spellingsOf } from "../../src/cli/flags.ts";
import { type CommandEntry, program } from "../../src/cli/table.ts";
import { exitStatuses } from "./exit-statuses.ts";
import { bold, entry, escape, example, italic, paragraph, section, subsection, title, type Roff } from "./roff.ts";

/** The manual page sops-ts(1), in man(7) requests, made from the table of commands. */
export function manualPage(version: string): Roff {
  const commands = (program.commands ?? []).flatMap(allCommands).filter(({ name }) => isAvailable(name));
  return [
    title("sops-ts", 1, `sops-ts ${version}`, "User Commands"),
    section("Name", `sops-ts \\- ${escape(program.summary)}\n`),
    section("Synopsis", ...synopsis.map(([name, rest]) => `.PP\n${bold(name)} ${italic(rest)}\n`)),
    section("Description", ...program.details.map(paragraph), ...examplesOf(program)),
    section("Commands", ...commands.map(commandPart)),
    section("Flags of the program", ...flagsPart(program)),
    section(
      "Environment",
      ...variables.map(({ name, help }) => entry(bold(name), sentence(help))),
      flagVariables(commands),
    ),
    section("Files", ...files.map(([path, text]) => entry(italic(path), text))),
    section("Exit status", ...Object.entries(exitStatuses).map(([status, text]) => entry(bold(status), text))),
    section("See also", `.BR age (1),\n.BR age\\-keygen (1),\n.BR gpg (1)\n.PP\nhttps://getsops.io\n`),
  ].join("");
}

const synopsis = [
  ["sops-ts", "[flags] COMMAND [flags] [FILE] …"],
  ["sops-ts", "[flags] --encrypt|--decrypt|--rotate FILE"],
  ["sops-ts", "[flags] FILE"],
] as const;

const files = [
  [
    ".sops.yaml",
    "Says which keys encrypt which files, and what of them; looked for from the working directory upwards.",
  ],
  [
    "/etc/sops/audit.yaml",
    "Names PostgreSQL databases that every encryption and decryption is recorded in; when one cannot be, the command fails.",
  ],
  ["~/.config/sops/age/keys.txt", "Your age identities, one a line."],
  ["~/.ssh/id_ed25519", "An SSH key that serves as an identity; so does id_rsa beside it."],
] as const;

function allCommands(command: CommandEntry): CommandEntry[] {
  return command.commands === undefined ? [command] : command.commands.flatMap(allCommands);
}

function commandPart(command: CommandEntry): Roff {
  return subsection(
    ["sops-ts", command.name, "[flags]", command.words].filter((part) => part !== "").join(" "),
    paragraph(sentence(command.summary)),
    ...command.details.map(paragraph),
    ...flagsPart(command),
    ...examplesOf(command),
  );
}

function flagsPart(command: CommandEntry): Roff[] {
  return command.sections.flatMap(({ title: heading, flags }) => [paragraph(`${heading}:`), ...flags.map(flagEntry)]);
}

function flagEntry(flag: FlagEntry): Roff {
  const spellings = [...spellingsOf(flag)]
    .sort((a, b) => a.length - b.length)
    .map((spelling) => bold(dashed(spelling)));
  const value = flag.placeholder === undefined ? "" : ` ${italic(flag.placeholder)}`;
  const variable = flag.env === undefined ? "" : ` Variable: ${flag.env}.`;
  return entry(`${spellings.join(", ")}${value}`, `${sentence(flag.help)}${variable}`);
}

function examplesOf(command: CommandEntry): Roff[] {
  return command.examples.flatMap(({ line, does }) => [
    paragraph(`${sentence(does).replace(/\.$/, "")}:`),
    example(line),
  ]);
}

/** The variables that give flags when the command line does not. */
function flagVariables(commands: readonly CommandEntry[]): Roff {
  const flags = [program, ...commands].flatMap((command) => command.sections).flatMap((part) => part.flags);
  const rows = new Map(
    flags.flatMap((flag): [string, string][] => (flag.env === undefined ? [] : [[flag.env, flag.name]])),
  );
  return [...rows].map(([variable, name]) => entry(bold(variable), `As the flag ${dashed(name)}.`)).join("");
}

/** A line of the table as a sentence. */
function sentence(text: string): string {
  const start = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(start) ? start : `${start}.`;
}
