import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { withTemporaryDirectory } from "./support/temporary-directory.ts";
import { findCommand, program } from "../src/cli/table.ts";
import { encryptSecrets } from "../src/index.ts";

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
      const identity = await generateX25519Identity();
      const recipient = await identityToRecipient(identity);
      await withTemporaryDirectory(async (directory) => {
        const secrets = { database: { user: "app", password: "p" } };
        const file = await encryptSecrets(secrets, { format: "yaml", recipients: [recipient] });
        await mkdir(join(directory, "home"));
        await writeFile(join(directory, "secrets.yaml"), file);
        const damaged = new TextDecoder().decode(file).replace(/user: .*/, "user: by hand");
        await writeFile(join(directory, "damaged.yaml"), damaged);
        const library = pathToFileURL(join(root, "src/index.ts")).href;
        const names = `const identity = ${JSON.stringify(identity)};\nconst recipient = ${JSON.stringify(recipient)};\n`;
        await writeFile(join(directory, "snippet.mts"), names + snippet.replace('"sops-ts"', JSON.stringify(library)));
        const tsx = pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href;
        const { stdout } = await promisify(execFile)(process.execPath, ["--import", tsx, "snippet.mts"], {
          cwd: directory,
          env: { PATH: process.env["PATH"], HOME: join(directory, "home"), SOPS_AGE_KEY: identity },
        });
        expect(stdout.replace(recipient, "RECIPIENT")).toBe(output);
      });
    },
  );

  it("names commands that there are", () => {
    const commands = [...readme.matchAll(/npx (?:tsx bin\/)?sops-ts ([a-z-]+)/g)].map((match) => match[1] ?? "");
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter((command) => findCommand(program, command) === undefined)).toEqual([]);
  });
});
