import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundledCommand } from "../support/bundled-program.ts";
import { corpusText, recipient } from "../support/cli-case.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { screenOf } from "../support/screen.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";
import { openTerminal } from "../support/terminal.ts";

const encrypted = corpusText("commands/extract-item/f.yaml");
/** Two of its three keys are needed. */
const unopenable = corpusText("recipients/shamir-2-of-3-yaml/plain.enc.yaml");
const names = Array.from({ length: 12 }, (_, index) => `f${String(index).padStart(2, "0")}.yaml`);

describeWithPrograms(["script"], "many files at a terminal", ({ script }) => {
  /** Works on twelve files, of which one cannot be opened, and answers the question with y. */
  const work = (
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ shown: string; texts: string[] }> =>
    withTemporaryDirectory(async (directory) => {
      mkdirSync(join(directory, "d"));
      for (const name of names) writeFileSync(join(directory, "d", name), name === names[3] ? unopenable : encrypted);
      const rules = `creation_rules:\n  - age: ${recipient("alice")},${recipient("bob")}\n`;
      writeFileSync(join(directory, ".sops.yaml"), rules);
      const env = { PATH: process.env["PATH"] ?? "", HOME: directory, TERM: "xterm", ...more };
      const command = ["env", "-u", "CI", `SOPS_AGE_KEY=${corpusText("keys/alice.txt").trim().split("\n").at(-1)}`];
      command.push(...Object.entries(more).map(([name, value]) => `${name}=${value}`));
      const terminal = openTerminal({
        script,
        command: [...command, ...(await bundledCommand()), ...args],
        directory,
        env,
      });
      await terminal.until("(y/n):");
      terminal.type("y\n");
      const { status, shown } = await terminal.ended;
      expect(status).toBe(1);
      return { shown, texts: names.map((name) => readFileSync(join(directory, "d", name), "utf8")) };
    });

  it.each([
    [["updatekeys", "d"], "Updating", "11 updated, 0 up to date, 1 failed"],
    [["rotate", "-i", "d"], "Rotating", "11 rotated, 1 failed"],
  ])("are counted in one line, which is gone at the end: %j", async (args, doing, summary) => {
    const { shown, texts } = await work(args);
    expect(shown).toContain(`\r${doing}: 0 of 12 files\u001b[K`);
    expect(shown).toContain(`\r${doing}: 12 of 12 files\u001b[K`);
    const screen = screenOf(shown);
    const question = screen.findIndex((line) => line.startsWith("Is this okay? (y/n):"));
    expect(screen.join("\n")).not.toContain(" of 12 files");
    expect(screen[question + 1]).toMatch(/^\[CMD\]\t ERRO\[\d{4}\] Failed to get the data key/);
    expect(screen.join("\n")).toMatch(/ file=\S*\/d\/f03\.yaml hint=/);
    const ending = [`${summary}$`, "^failed (?:updating|rotating) 1 ", "^$"];
    expect(screen.slice(-3)).toEqual(ending.map((line) => expect.stringMatching(new RegExp(line))));
    expect(texts[3]).toBe(unopenable);
    expect(texts.filter((text) => text === encrypted)).toEqual([]);
  });

  it.each([{ CI: "true" }, { TERM: "dumb" }])("are not counted where that is of no use: %j", async (env) => {
    expect((await work(["updatekeys", "d"], env)).shown).not.toContain(" of 12 files");
  });
});
