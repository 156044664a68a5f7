import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { sopsTsCommand } from "../support/built-program.ts";
import { corpusText } from "../support/cli-case.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const run = promisify(execFile);

describeWithPrograms(["sops", "script"], "what is logged at a terminal", ({ sops, script }) => {
  it.each<Record<string, string>>([{}, { NO_COLOR: "1" }, { TERM: "dumb" }])(
    "looks as in sops, with %j",
    async (settings) => {
      await withTemporaryDirectory(async (directory) => {
        await writeFile(join(directory, "f.yaml"), corpusText("commands/extract-item/f.yaml"));
        const env = {
          PATH: process.env["PATH"] ?? "",
          HOME: directory,
          TERM: "xterm",
          SOPS_AGE_KEY: corpusText("keys/alice.txt"),
          ...settings,
        };
        const shown = async (command: readonly string[]): Promise<string> => {
          const words = [...command, "--verbose", "-d", "f.yaml", "more"].map((word) => `'${word}'`).join(" ");
          const { stdout } = await run(script, ["-qec", words, "/dev/null"], { cwd: directory, env });
          return stdout.replaceAll(/\[\d{4}\]/g, "[seconds]");
        };
        const ours = await shown(sopsTsCommand());
        const theirs = await shown([sops]);
        // sops turns the colour of names off, but not that of levels.
        const colored = Object.keys(settings).length === 0;
        expect(ours).toBe(colored ? theirs : theirs.replaceAll(/\u001b\[\d+m/g, ""));
        expect(ours).toContain("Data key recovered successfully");
        expect(ours.includes("\u001b")).toBe(colored);
      });
    },
  );
});
