import { describe, expect, it } from "vitest";
import { completionCandidates } from "../../src/cli/completion.ts";
import { bashScript, fishScript, zshScript } from "../../src/cli/completion-scripts.ts";
import { runSopsTs } from "../support/sops-ts.ts";

function candidates(line: string): readonly string[] {
  return completionCandidates(
    line.split(" ").filter((word) => word !== ""),
    false,
  );
}

const commands =
  "completion exec-env exec-file publish keyservice filestatus groups updatekeys decrypt encrypt rotate edit set unset " +
  "check age-keygen ssh-to-age install-secrets help h";

describe("what may follow a command line", () => {
  it.each([
    ["", commands],
    ["enc", commands],
    ["f.yaml", commands],
    ["--config x", commands],
    ["-d --verbose", ""],
    ["encrypt", ""],
    ["help", ""],
    ["groups", "add delete help h"],
    ["groups -x a", "add delete help h"],
    ["groups help", ""],
    ["groups add", ""],
    ["completion", "bash zsh fish help h"],
    ["-", /^--decrypt -d --encrypt -e .* --help -h --version -v$/],
    [
      "--e",
      "--encrypt --extract --encrypted-suffix --encrypted-regex --encrypted-comment-regex --encryption-context --enable-local-keyservice",
    ],
    ["decrypt --ex", "--extract --extract"],
    ["decrypt --extract x --ex", ""],
    ["-e -", /^--decrypt -d --rotate -r /],
    ["encrypt --in-place -i", "--input-type --ignore-mac --indent --input-type"],
    ["groups -", "--help -h"],
    ["groups add --p", "--pgp"],
    ["updatekeys --ch", "--check-for-updates --check"],
    ["--config publish --rec", ""],
    ["--config=c publish --rec", "--recursive"],
    ["--nope publish --rec", "--recursive"],
    ["-- publish --rec", "--recursive"],
    ["ssh-to-age --st", "--stdinpass"],
  ])("%j is what sops offers", (line, expected) => {
    const shown = candidates(line).join(" ");
    if (typeof expected === "string") expect(shown).toBe(expected);
    else expect(shown).toMatch(expected);
  });

  it.each([
    [["--verbose", ""], true],
    [["--config", ""], false],
    [["--config=x", ""], true],
    [["encrypt", "-i", ""], false],
  ])("is left to the shell where a value or a file is wanted: %j", (line, offersCommands) => {
    expect(completionCandidates(line, false).includes("encrypt")).toBe(offersCommands);
  });

  it("is shown with summaries when asked for", () => {
    expect(completionCandidates(["completion"], true)).toEqual([
      "bash:Generate bash completions. To load completions: `$ source <(sops completion bash)`",
      "zsh:Generate zsh completions. To load completions: `$ source <(sops completion zsh)`",
      "fish:print the script for fish",
      "help:Shows a list of commands or help for one command",
      "h:Shows a list of commands or help for one command",
    ]);
  });
});

async function printed(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { status, stdout, stderr } = await runSopsTs({ args, env, directory: "/" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return Buffer.from(stdout).toString();
}

describe("--generate-bash-completion", () => {
  it("prints the candidates, one a line, and does nothing else", async () => {
    expect(await printed(["groups", "--generate-bash-completion"])).toBe("add\ndelete\nhelp\nh\n");
    expect(await printed(["encrypt", "nope", "--generate-bash-completion"])).toBe("");
    const env = { SOPS_DISABLE_VERSION_CHECK: "nope", _CLI_ZSH_AUTOCOMPLETE_HACK: "1" };
    expect(await printed(["groups", "--generate-bash-completion"], env)).toMatch(/^add:add a new group/);
  });
});

describe("the command completion", () => {
  it.each([
    ["bash", bashScript],
    ["zsh", zshScript],
    ["fish", fishScript],
  ])("prints the script for %s", async (shell, script) => {
    expect(await printed(["completion", shell])).toBe(script);
  });
});
