import { expect, it } from "vitest";
import { sopsCommands } from "../../src/cli/sops-interface.ts";
import { type CommandEntry, program } from "../../src/cli/table.ts";
import { programRunner } from "../support/command-runner.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { describeWithPrograms } from "../support/programs.ts";

const lines = allNames(program)
  .filter((name) => Object.hasOwn(sopsCommands, name))
  .map((name) => [...name.split(" "), "--nope", "f"].filter((word) => word !== ""));

describeWithPrograms(["sops"], "standard output beside a mistake", ({ sops }) => {
  it.each(
    [
      ...lines,
      ["groups", "help", "--nope"],
      ["completion", "h", "--nope"],
      ["-i", "--in-place", "f"],
      ["groups", "-h", "--help"],
      ["encrypt", "-i", "--in-place", "f"],
      ["encrypt", "-i=maybe", "f"],
      ["--indent", "two", "-d", "f"],
      ["edit", "--age"],
      ["---d", "f"],
    ].map((args) => ({ args, line: args.join(" ") })),
  )("is that of sops for '$line'", async ({ args }) => {
    const invocation = { args, directory: "/", env: {} };
    const [expected, actual] = await Promise.all([programRunner([sops])(invocation), runSopsTs(invocation)]);
    expect(withoutProse(actual.stdout)).toBe(withoutProse(expected.stdout));
    expect(actual.status).toBe(expected.status);
  });
});

/** The page of the program explains variables under USAGE, in words that are sops's alone. */
function withoutProse(page: Uint8Array): string {
  return Buffer.from(page)
    .toString()
    .replace(/(?<=USAGE:\n)[^]*?(?=\nVERSION:)/, "");
}

function allNames(command: CommandEntry): string[] {
  return [command.name, ...(command.commands ?? []).flatMap(allNames)];
}
