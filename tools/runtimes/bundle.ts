import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type BuildOptions, type Metafile, type Plugin } from "esbuild";
import { fixtureBytes, fixturePaths, unpackedFixture } from "../../test/support/fixture-files.ts";
import { root, testFiles } from "./suites.ts";

/** Which backends of the library a bundle has: `node` those of Node, `portable` those for everything else. */
export type Backend = "node" | "portable";

/** Where bundles go: below `node_modules`, so that they find the packages that are not in them. */
export const bundleFolder = join(root, "node_modules/.cache/sops-ts-runtimes");

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2023",
  logLevel: "warning",
  // A name in a stack is worth more than the bytes.
  keepNames: true,
  sourcemap: "inline",
  sourcesContent: false,
} as const satisfies BuildOptions;

/** Optional packages that need Node; elsewhere they are not installed. */
const packagesOfNode = ["@azure/identity", "@grpc/grpc-js", "google-auth-library", "undici"];

const perBackend = {
  node: { platform: "node", packages: "external" },
  portable: { platform: "browser", conditions: ["browser"], external: ["node:*", ...packagesOfNode] },
} as const satisfies Record<Backend, BuildOptions>;

/** What every test file imports, without making a bundle of it. */
export async function importsOfTests(): Promise<Metafile> {
  const { metafile } = await build({
    ...shared,
    ...perBackend.portable,
    entryPoints: testFiles(),
    outdir: bundleFolder,
    splitting: true,
    packages: "external",
    write: false,
    metafile: true,
    plugins: [testModules("portable")],
  });
  return metafile;
}

/**
 * Makes one file of test files and of what runs them.
 *
 * @param suites - paths from the project's folder
 * @param host - the module that runs them in a kind of runtime, without its ending; it imports `suites`
 * @returns the file's path
 */
export async function bundleSuites(suites: readonly string[], host: string, backend: Backend): Promise<string> {
  const outfile = join(bundleFolder, `${host}-${backend}.mjs`);
  await build({
    ...shared,
    ...perBackend[backend],
    entryPoints: [join(root, "tools/runtimes/hosts", `${host}.ts`)],
    outfile,
    plugins: [listOfSuites(suites), inPlaceOfVitest, testModules(backend)],
  });
  return outfile;
}

/** The module `suites`: a table of the test files. */
function listOfSuites(suites: readonly string[]): Plugin {
  const lines = suites.map((path) => `${JSON.stringify(path)}: () => import(${JSON.stringify(join(root, path))}),`);
  const contents = `export const suites = {\n${lines.join("\n")}\n};\n`;
  return {
    name: "list of suites",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^suites$/ }, () => ({ path: "suites", namespace: "suites" }));
      onLoad({ filter: /.*/, namespace: "suites" }, () => ({ contents, resolveDir: root }));
    },
  };
}

const inPlaceOfVitest: Plugin = {
  name: "in place of vitest",
  setup({ onResolve }) {
    onResolve({ filter: /^vitest$/ }, () => ({ path: join(root, "tools/runtimes/vitest.ts") }));
  },
};

/** What test files find in place of modules that cannot be where they run. */
function testModules(backend: Backend): Plugin {
  return {
    name: "modules of tests",
    setup({ onResolve, onLoad }) {
      if (backend === "node") {
        onLoad({ filter: /[\\/]test[\\/].*\.ts$/ }, ({ path }) => ({ contents: atItsPlace(path), loader: "ts" }));
        return;
      }
      onLoad({ filter: /[\\/]support[\\/]fixture-files\.ts$/ }, () => ({ contents: fixtureFiles(), loader: "ts" }));
      onResolve({ filter: /[\\/]server\.ts$/ }, ({ path, resolveDir }) =>
        join(resolveDir, path) === join(root, "test/support/cloud/server.ts")
          ? { path: join(root, "tools/runtimes/in-memory-server.ts") }
          : undefined,
      );
      onLoad({ filter: /[\\/]test[\\/].*\.ts$/ }, ({ path }) => ({ contents: withBuffer(path), loader: "ts" }));
    },
  };
}

/** A test file that finds its neighbours although it is part of another file. */
function atItsPlace(path: string): string {
  return readFileSync(path, "utf8").replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
}

/** A test file that has Node's `Buffer`, which the library has not. */
function withBuffer(path: string): string {
  const text = readFileSync(path, "utf8");
  return /\bBuffer\b/.test(text) ? `${text}\nimport { Buffer } from "buffer/";\n` : text;
}

/** The module `test/support/fixture-files.ts` with all files in it. */
function fixtureFiles(): string {
  const files = Object.fromEntries(
    fixturePaths("")
      .filter((path) => !path.startsWith("vectors/"))
      .map((path) => [path, Buffer.from(fixtureBytes(path)).toString("base64")]),
  );
  const texts = Object.fromEntries(fixturePaths("vectors").map((path) => [path, unpacked(path)]));
  return `
    const files = ${JSON.stringify(files)};
    const texts = ${JSON.stringify(texts)};
    export const fixturePaths = (folder) => Object.keys(files).filter((path) => path.startsWith(folder + "/")).sort();
    export const fixtureBytes = (path) => Uint8Array.from(atob(files[path]), (character) => character.charCodeAt(0));
    export const fixtureText = (path) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(fixtureBytes(path));
    export const unpackedFixture = (path) => texts[path];
  `;
}

function unpacked(path: string): string {
  return path.endsWith(".gz") ? unpackedFixture(path) : "";
}
