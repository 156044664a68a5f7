import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lastWord, program } from "../../src/cli/table.ts";
import { programRunner } from "../support/command-runner.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { installSopsTs, prompt, typeInto, type Shell } from "../support/shell-session.ts";

const lines = [
  [],
  ["-"],
  ["--"],
  ["--e"],
  ["enc"],
  ["f.yaml"],
  ["--config"],
  ["--config", "x"],
  ["--verbose"],
  ["-d", "--nope", "encrypt"],
  ["--nope", "publish", "--a"],
  ["-d", "f.yaml", "-"],
  ["encrypt"],
  ["encrypt", "-"],
  ["encrypt", "-i", "--i"],
  ["encrypt", "f", "--kms", "x", "-k"],
  ["encrypt", "--", "--"],
  ["keyservice", "--network", "x", "--n"],
  ["groups"],
  ["groups", "-"],
  ["groups", "a"],
  ["groups", "add", "--p"],
  ["groups", "help", "-"],
  ["completion"],
  ["completion", "bash", "-"],
  ["help"],
  ["h", "-"],
];

/** Ours alone. */
const ownNames = ["fish", ...(program.commands ?? []).filter(({ heading }) => heading !== undefined).map(lastWord)];
const ownCommands = new RegExp(`^(?:${ownNames.join("|")})(?::.*)?\\n`, "gm");

describeWithPrograms(["sops"], "candidates", ({ sops }) => {
  it.each(lines.map((line) => ({ line, shown: line.join(" ") })))(
    "are those of sops for '$shown'",
    async ({ line }) => {
      for (const env of [{}, { _CLI_ZSH_AUTOCOMPLETE_HACK: "1" }]) {
        const invocation = { args: [...line, "--generate-bash-completion"], directory: "/", env };
        const [expected, actual] = await Promise.all([programRunner([sops])(invocation), runSopsTs(invocation)]);
        expect(Buffer.from(actual.stdout).toString().replace(ownCommands, "")).toBe(
          Buffer.from(expected.stdout).toString(),
        );
        expect(actual.status).toBe(expected.status);
      }
    },
  );
});

/** What is typed before Tab, and the line afterwards. */
const completions = [
  ["a command", "sops-ts decr", "sops-ts decrypt"],
  ["a command below another", "sops-ts groups del", "sops-ts groups delete"],
  ["a command behind a flag", "sops-ts --verbose filest", "sops-ts --verbose filestatus"],
  ["a flag of a command", "sops-ts encrypt --filename-o", "sops-ts encrypt --filename-override"],
  ["a flag of the program", "sops-ts --mac", "sops-ts --mac-only-encrypted"],
  ["a flag behind a file", "sops-ts decrypt 'a b' --ext", "sops-ts decrypt 'a b' --extract"],
  ["a file", "sops-ts decrypt sec", "sops-ts decrypt secret.yaml"],
  ["a file behind a flag", "sops-ts decrypt -i sec", "sops-ts decrypt -i secret.yaml"],
  ["a file that a flag takes", "sops-ts --config conf", "sops-ts --config config.yaml"],
] as const;

const folder = mkdtempSync(join(tmpdir(), "sops-ts-completion-"));
const work = join(folder, "work");
const path = `${folder}:${process.env["PATH"] ?? ""}`;

beforeAll(async () => {
  await installSopsTs(folder);
  await mkdir(work);
  await writeFile(join(work, "secret.yaml"), "");
  await writeFile(join(work, "config.yaml"), "");
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Types a line and Tab, then has the shell print the line as it is then. */
async function complete(shell: Shell, setUp: readonly string[], typed: string): Promise<string | undefined> {
  const shown = await typeInto(shell, [...setUp.map((line) => `${line}\r`), `${typed}\t\u0001printf '<%s>' \u0005\r`]);
  const printed = shown.split("\n").findLast((line) => line.startsWith("<")) ?? "";
  return [...printed.matchAll(/<([^<>]*)>/g)].map(([, word]) => word).join(" ");
}

describeWithPrograms(["script", "bash"], "bash", ({ script, bash }) => {
  const shell: Shell = {
    script,
    command: [bash, "--norc", "--noprofile", "-i"],
    directory: work,
    env: { PATH: path, PS1: prompt, HISTFILE: "" },
  };

  it.each(completions)("completes %s", async (_, typed, wanted) => {
    expect(await complete(shell, ["source <(sops-ts completion bash)"], typed)).toBe(wanted.replaceAll("'", ""));
  });

  it("completes an alias called sops", async () => {
    const setUp = ["alias sops=sops-ts", "source <(sops-ts completion bash)"];
    expect(await complete(shell, setUp, "sops decr")).toBe("sops decrypt");
  });
});

describeWithPrograms(["script", "zsh"], "zsh", ({ script, zsh }) => {
  const shell: Shell = {
    script,
    command: [zsh, "-f", "-i"],
    directory: work,
    env: { PATH: path, PS1: prompt, ZDOTDIR: work },
  };
  const start = "bindkey -e; unsetopt PROMPT_SP; autoload -U compinit; compinit -D -u";

  it.each(completions)("completes %s", async (_, typed, wanted) => {
    const setUp = [start, "source <(sops-ts completion zsh)"];
    expect(await complete(shell, setUp, typed)).toBe(wanted.replaceAll("'", ""));
  });

  it("completes an alias called sops", async () => {
    const setUp = [start, "source <(sops-ts completion zsh); alias sops=sops-ts"];
    expect(await complete(shell, setUp, "sops decr")).toBe("sops decrypt");
  });

  it("takes the script from a folder of functions", async () => {
    await mkdir(join(work, "functions"), { recursive: true });
    const setUp = ["sops-ts completion zsh > functions/_sops-ts; fpath+=($PWD/functions)", start];
    expect(await complete(shell, setUp, "sops-ts decr")).toBe("sops-ts decrypt");
  });
});

describeWithPrograms(["fish"], "fish", ({ fish }) => {
  const run = promisify(execFile);
  const offered = async (typed: string, before = ""): Promise<string[]> => {
    const code = `sops-ts completion fish | source; ${before}; complete -C "${typed}"`;
    const env = { PATH: path, HOME: work, TERM: "dumb" };
    const { stdout } = await run(fish, ["--no-config", "-c", code], { cwd: work, env });
    return stdout.split("\n").filter((line) => line !== "");
  };

  it.each(completions)("completes %s", async (_, typed, wanted) => {
    const words = (await offered(typed)).map((line) => line.split("\t", 1).join(""));
    expect(words).toEqual([wanted.slice(wanted.lastIndexOf(" ") + 1)]);
  });

  it("says what a command does", async () => {
    expect(await offered("sops-ts filest")).toEqual([
      "filestatus\tcheck the status of the file, returning encryption status",
    ]);
  });

  it("completes an alias called sops", async () => {
    expect(await offered("sops filest", "alias sops sops-ts")).toHaveLength(1);
  });
});
