import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runSnippet, typeErrors } from "./support/snippet.ts";

const sources = fileURLToPath(new URL("../src", import.meta.url));

interface Example {
  /** The file, and what is documented. */
  readonly name: string;
  readonly code: string;
  /** What the comments behind `console.log(…);` say that it prints. */
  readonly printed: string;
}

const examples = readdirSync(sources, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => join(entry.parentPath, entry.name))
  .flatMap(examplesIn);

describe("the examples of the API documentation", () => {
  it.each([
    ...["readSecrets", "readValue", "encryptSecrets", "updateSecrets", "inspectFile", "openSecrets"],
    ...["creationRule", "encryptFile", "decryptFile", "updateFile"],
  ])("are there for %s", (name) =>
    expect(examples.filter((example) => example.name.endsWith(` ${name}`))).toHaveLength(1),
  );

  it("have the types that they should have", async () => {
    expect(await typeErrors(examples.map(({ code }) => code))).toBe("");
    expect(await typeErrors(['import { inspectFile } from "sops-ts";\nawait inspectFile(1);\n'])).toContain("TS2345");
  });

  it.each(examples.map((example) => [example.name, example] as const))(
    "print what they say: %s",
    async (_, { code, printed }) => {
      expect(printed).not.toBe("");
      expect(await runSnippet(code)).toBe(printed);
    },
  );
});

describe("the table of error codes", () => {
  it("has each code once, in the order of the type", () => {
    const text = readFileSync(join(sources, "errors.ts"), "utf8");
    const inTable = [...text.matchAll(/^ \* \| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    const inType = [...text.matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(([, code]) => code);
    expect(inTable).toEqual(inType);
    expect(inType.length).toBeGreaterThan(30);
  });
});

function examplesIn(path: string): Example[] {
  const blocks = readFileSync(path, "utf8").matchAll(
    /\/\*\*\n((?: \*.*\n)+?) \*\/\nexport (?:async )?(?:function|class|interface|const) (\w+)/g,
  );
  return [...blocks].flatMap(([, comment = "", name]) => {
    const text = comment.replaceAll(/^ \* ?/gm, "");
    return [...text.matchAll(/^@example\n```ts\n(.*?)^```$/gms)].map(([, code = ""]) => ({
      name: `${relative(sources, path)} ${name}`,
      code,
      printed: [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line]) => `${line}\n`).join(""),
    }));
  });
}
