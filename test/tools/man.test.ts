import { describe, expect, it } from "vitest";
import { isAvailable } from "../../src/cli/commands.ts";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { dashed, spellingsOf } from "../../src/cli/flags.ts";
import { type CommandEntry, flagsOf, program } from "../../src/cli/table.ts";
import { manualPage } from "../../tools/man/page.ts";
import { entry, example, line, section, title } from "../../tools/man/roff.ts";

const page = manualPage("1.2.3");
/** As a reader sees it, with fonts and escapes taken away. */
const plain = page
  .replaceAll(/\\f[BIR]/g, "")
  .replaceAll("\\-", "-")
  .replaceAll("\\(aq", "'")
  .replaceAll("\\(ha", "^")
  .replaceAll("\\(ti", "~")
  .replaceAll("\\&...", "…");

function commandsThatCanBeCalled(command: CommandEntry): CommandEntry[] {
  return [command, ...(command.commands ?? []).flatMap(commandsThatCanBeCalled)].filter(
    ({ name, commands }) => isAvailable(name) && (name === "" || commands === undefined),
  );
}

describe("the manual page", () => {
  it.each(commandsThatCanBeCalled(program))("has '$name' with its flags, variables and examples", (command) => {
    if (command.name !== "") expect(plain).toContain(`.SS "sops-ts ${command.name} [flags]`);
    for (const flag of flagsOf(command).filter(({ name }) => name !== "help")) {
      for (const spelling of spellingsOf(flag)) expect(plain).toContain(dashed(spelling));
      if (flag.env !== undefined) expect(plain).toContain(`\n${flag.env}\n`);
    }
    for (const { line: typed } of command.examples) expect(plain).toContain(`\n${typed}\n`);
  });

  it("says what every exit status means", () => {
    for (const status of new Set(Object.values(exitCodes))) {
      expect(plain).toMatch(new RegExp(`\\.TP\\n${status}\\n.{10}`));
    }
  });

  it("has requests that roff knows, ASCII alone, and ends what it begins", () => {
    const requests = page.split("\n").filter((text) => /^[.']/.test(text));
    const known = /^\.(?:TH|SH|SS|PP|TP|RS|RE|nf|fi|nh|ad|BR)(?: |$)/;
    expect(requests.filter((request) => !known.test(request))).toEqual([]);
    expect(page).not.toMatch(/[^\n -~]/);
    expect(page).not.toMatch(/ \n|\n\n/);
    const count = (request: string): number => requests.filter((text) => text.split(" ")[0] === request).length;
    expect(count(".RS")).toBe(count(".RE"));
    expect(count(".nf")).toBe(count(".fi"));
    expect(page).toMatch(/^\.TH "SOPS\\-TS" "1" "" "sops\\-ts 1\.2\.3" "User Commands"\n/);
  });
});

describe("roff", () => {
  it.each([
    ["a-b \\ 'c' `d` ^ ~ …", "a\\-b \\e \\(aqc\\(aq \\(gad\\(ga \\(ha \\(ti \\&...\n"],
    [".sops.yaml", "\\&.sops.yaml\n"],
    ["'quoted'", "\\(aqquoted\\(aq\n"],
  ])("shows %j as it is", (text, written) => {
    expect(line(text)).toBe(written);
  });

  it("has quoted arguments", () => {
    expect(section('a "b"')).toBe('.SH "A ""B"""\n');
    expect(title("x", 1, "s", "m")).toBe('.TH "X" "1" "" "s" "m"\n.nh\n.ad l\n');
    expect(entry("\\fBa\\fR", ".b")).toBe(".TP\n\\fBa\\fR\n\\&.b\n");
    expect(example("a -b")).toBe(".PP\n.RS 4\n.nf\na \\-b\n.fi\n.RE\n");
  });
});
