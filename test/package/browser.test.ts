import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type BuildResult } from "esbuild";
import { describe, expect, inject, it } from "vitest";
import { corpusText, recipient } from "../support/cli-case.ts";
import { runInProject } from "./project.ts";

const { project } = inject("packed");
const { exports: entries, peerDependencies } = JSON.parse(
  readFileSync(join(project, "node_modules/sops-ts/package.json"), "utf8"),
) as { readonly exports: Record<string, object | string>; readonly peerDependencies: Record<string, string> };

/** Bundles a program of the project's for a browser, in chunks that are fetched when they are needed. */
function bundle(contents: string, folder: string): Promise<BuildResult<{ metafile: true }>> {
  return build({
    absWorkingDir: project,
    stdin: { contents, resolveDir: project },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    external: Object.keys(peerDependencies),
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
  });
}

/** Encrypts and decrypts a text with an age key that the program is given. */
const use = (format: string, text: string): string => `
import { decryptBytes, encryptBytes, recipientKeys } from "sops-ts";
const keyGroups = [await recipientKeys(["${recipient("alice")}"])];
const encrypted = await encryptBytes(new TextEncoder().encode(${JSON.stringify(text)}), { format: "${format}", keyGroups });
const identities = [${JSON.stringify(/AGE-SECRET-KEY-\S+/.exec(corpusText("keys/alice.txt"))?.[0])}];
console.log(new TextDecoder().decode(await decryptBytes(encrypted, { format: "${format}", identities })));
`;

describe("the portable library", () => {
  it("imports nothing of a runtime, from any entry", async () => {
    const portable = Object.keys(entries).filter((entry) => entry !== "./node" && entry !== "./package.json");
    expect(portable).toHaveLength(9);
    const program = portable
      .map((entry, index) => `export * as entry${index} from "${join("sops-ts", entry)}";`)
      .join("\n");
    const { metafile } = await bundle(program, "all");
    const outside = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external === true).map(({ path }) => path),
    );
    const packages = outside
      .filter((path) => path !== "<runtime>")
      .map((path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
    expect(packages.filter((name) => !Object.hasOwn(peerDependencies, name))).toEqual([]);
    const inputs = Object.keys(metafile.inputs).filter((path) => path.includes("sops-ts/dist/"));
    expect(inputs.length).toBeGreaterThan(20);
    expect(inputs.filter((path) => !path.includes("sops-ts/dist/portable/"))).toEqual([]);
  });

  /*
   * What a page fetches that encrypts and decrypts such a file, X25519 and all: every chunk that was loaded, minified, each by itself in
   * gzip's default level. What other files and keys would need is not fetched, and not counted.
   */
  it.each([
    { format: "yaml", text: "a: secret\n", kilobytes: 110 },
    { format: "json", text: '{\n\t"a": "secret"\n}\n', kilobytes: 60 },
  ])("takes at most $kilobytes kB with age and $format", async ({ format, text, kilobytes }) => {
    await bundle(use(format, text), format);
    const { stdout, loaded } = await runInProject("page.mjs", `import "./${format}/stdin.mjs";`);
    expect(stdout).toBe(`${text}\n`);
    const chunks = loaded.filter((url) => url.includes(`/${format}/`)).map((url) => readFileSync(fileURLToPath(url)));
    expect(chunks.length).toBeGreaterThan(5);
    const bytes = chunks.reduce((sum, chunk) => sum + gzipSync(chunk).length, 0);
    console.info(`${format} with age: ${(bytes / 1000).toFixed(1)} kB`);
    expect(bytes).toBeLessThan(kilobytes * 1000);
  });
});
