import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findCommand, program } from "../src/cli/table.ts";
import { runSnippet, typeErrors } from "./support/snippet.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const snippets = [...readme.matchAll(/^```ts run\n(.*?)^```/gms)].map((match) => match[1] ?? "");

/** What each snippet prints, in the README's order. */
const printed = [
  "app true\n",
  "api_key: 3f1c\nregion_unencrypted: eu\n\n",
  "RECIPIENT\n",
  "ERROR_DECRYPTING_TREE The value was changed or added by hand. Restore it, and make changes with `edit` or `set`.\n",
];

describe("the README", () => {
  it("has an expectation for every snippet", () => {
    expect(snippets).toHaveLength(printed.length);
  });

  it.each(snippets.map((snippet, index) => [index + 1, snippet, printed[index] ?? ""] as const))(
    "snippet %i runs and prints what it says",
    async (_, snippet, output) => {
      expect(await runSnippet(snippet)).toBe(output);
    },
  );

  it("has snippets with the types that they should have", async () => {
    expect(await typeErrors(snippets)).toBe("");
  });

  it("names commands that there are", () => {
    const commands = [...readme.matchAll(/npx (?:tsx bin\/)?sops-ts ([a-z-]+)/g)].map((match) => match[1] ?? "");
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter((command) => findCommand(program, command) === undefined)).toEqual([]);
  });
});
