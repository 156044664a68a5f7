import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The stages from the ground up: a file imports from lower stages, or from its own folder. */
const stages: readonly (readonly string[])[] = [
  ["errors.ts", "bytes.ts"],
  ["crypto", "shamir", "platform"],
  ["core"],
  ["stores", "keys"],
  ["sops.ts", "config"],
  ["file-input.ts"],
  ["secrets.ts", "opened-secrets.ts", "change.ts", "rekey.ts", "editing.ts", "nixos"],
  ["check", "files.ts", "runtime.ts"],
  ["index.ts", "key-sources", "cli"],
  ["node.ts", "key-sources.ts"],
];

/** Members of a family do not know each other; only what is common to the family, and its registry, stand between. */
const families: Record<string, readonly string[]> = {
  stores: ["yaml", "json", "dotenv", "ini", "binary"],
  keys: ["age", "pgp", "kms", "gcp-kms", "azure-kv", "hc-vault", "hckms"],
};

/** Imports between members that are part of a format's definition. */
const allowedBetweenMembers = new Set(["stores: binary -> json"]);

/** Where a runtime's own modules may be used. */
const runtimeFiles = [/^platform\/node(?:-[a-z]+)?\.ts$/, /^crypto\/node\.ts$/, /^cli\//];

/** Parts that choose a backend. */
const choosingParts = ["runtime.ts", "files.ts", "sops.ts", "file-input.ts", "cli"];

/** Backends, chosen by the package's `imports` and never named in a path. */
const backends = ["platform/node.ts", "platform/browser.ts", "crypto/node.ts", "crypto/noble.ts"];

interface SourceFile {
  /** Path below `src`, with forward slashes. */
  readonly name: string;
  readonly text: string;
  /** Every module named by an import or a re-export, dynamic ones included. */
  readonly imports: readonly string[];
}

const files = listFiles(join(root, "src")).map(readSource);
const names = new Set(files.map((file) => file.name));

describe("the sources", () => {
  it("are each part of a stage", () => {
    const known = new Set(stages.flat());
    expect(files.map((file) => partOf(file.name)).filter((part) => !known.has(part))).toEqual([]);
  });

  it("import only from the stages below, or from their own folder", () => {
    const wrong = internalImports().filter(({ from, to }) => {
      if (partOf(from) === partOf(to)) return false;
      return stageOf(partOf(to)) >= stageOf(partOf(from));
    });
    expect(wrong.map(describeImport)).toEqual([]);
  });

  it("do not import a sibling format or key source", () => {
    const wrong = internalImports().filter(({ from, to }) => {
      const family = partOf(from);
      const [importer, imported] = [memberOf(from), memberOf(to)];
      if (family !== partOf(to) || importer === undefined || imported === undefined || importer === imported) {
        return false;
      }
      return !allowedBetweenMembers.has(`${family}: ${importer} -> ${imported}`);
    });
    expect(wrong.map(describeImport)).toEqual([]);
  });

  it("name a backend only by its alias, and only where one is chosen", () => {
    const paths = internalImports().filter(({ from, to }) => backends.includes(to) && partOf(from) !== partOf(to));
    expect(paths.map(describeImport)).toEqual([]);
    const aliases = files.filter((file) => file.imports.some((name) => name.startsWith("#")));
    expect(aliases.map((file) => partOf(file.name)).filter((part) => !choosingParts.includes(part))).toEqual([]);
  });

  it("import a runtime's own modules only in its backend and the command line", () => {
    const wrong = files.filter(
      (file) => file.imports.some((name) => name.startsWith("node:")) && !runtimeFiles.some((at) => at.test(file.name)),
    );
    expect(wrong.map((file) => file.name)).toEqual([]);
  });

  it("end relative imports in .ts and reach existing files", () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith("."))
        .filter((name) => !name.endsWith(".ts") || !names.has(resolveImport(file.name, name)))
        .map((name) => `${file.name} -> ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("have no import cycle", () => {
    expect(findCycle()).toEqual([]);
  });

  it("use only packages that package.json lists", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
    const listed = new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.optionalDependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
    ]);
    const used = files.flatMap((file) =>
      file.imports.filter((name) => /^[@a-z]/.test(name) && !name.startsWith("node:")),
    );
    expect([...new Set(used.map(packageOf))].filter((name) => !listed.has(name))).toEqual([]);
  });

  it("throw neither a plain Error nor a text", () => {
    expect(linesWith(/\bnew Error\(|\bthrow ["'`]/)).toEqual([]);
  });

  it("have no default export, enum, any or work left for later", () => {
    expect(
      linesWith(/^export default|^(?:export )?(?:const )?enum |[:<]\s*any\b|\bas any\b|\b(?:TODO|FIXME|XXX)\b/),
    ).toEqual([]);
  });

  it.each(["index.ts", "node.ts", "key-sources.ts"])("only re-export in %s", (name) => {
    const index = files.find((file) => file.name === name);
    const statements = stripComments(index?.text ?? "")
      .split(";")
      .map((statement) => statement.trim())
      .filter((statement) => statement !== "");
    expect(statements.filter((statement) => !/^export\s[^=]*\sfrom\s"[^"]+"$/.test(statement))).toEqual([]);
  });
});

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

interface InternalImport {
  readonly from: string;
  readonly to: string;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, "utf8");
  const name = relative(join(root, "src"), path).split(sep).join("/");
  return { name, text, imports: importsOf(text) };
}

function importsOf(text: string): string[] {
  const code = stripComments(text);
  const statements = code.matchAll(/^\s*(?:import|export)\b[^"'`;()]*?\bfrom\s*["']([^"']+)["']/gm);
  const bare = code.matchAll(/^\s*import\s*["']([^"']+)["']/gm);
  const dynamic = code.matchAll(/\bimport\(\s*["']([^"']+)["']/g);
  return [...statements, ...bare, ...dynamic].map((match) => match[1] ?? "");
}

function stripComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

function partOf(name: string): string {
  return name.split("/")[0] ?? name;
}

function stageOf(part: string): number {
  return stages.findIndex((stage) => stage.includes(part));
}

/** Which format or key source a file belongs to; undefined for what the family shares. */
function memberOf(name: string): string | undefined {
  const [family, entry] = name.split("/");
  return families[family ?? ""]?.find((member) => entry === member || entry === `${member}.ts`);
}

function internalImports(): InternalImport[] {
  return files.flatMap((file) =>
    file.imports
      .filter((name) => name.startsWith("."))
      .map((name) => ({ from: file.name, to: resolveImport(file.name, name) })),
  );
}

function resolveImport(from: string, target: string): string {
  return join(dirname(from), target).split(sep).join("/");
}

function packageOf(name: string): string {
  return name.split("/", name.startsWith("@") ? 2 : 1).join("/");
}

function describeImport({ from, to }: InternalImport): string {
  return `${from} -> ${to}`;
}

function linesWith(pattern: RegExp): string[] {
  return files.flatMap((file) =>
    stripComments(file.text)
      .split("\n")
      .filter((line) => pattern.test(line))
      .map((line) => `${file.name}: ${line.trim()}`),
  );
}

/** The files of one cycle, the first one repeated at the end; empty when there is none. */
function findCycle(): string[] {
  const edges = internalImports();
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): string[] => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return [];
    path.push(name);
    for (const { to } of edges.filter(({ from }) => from === name)) {
      const cycle = visit(to);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(name);
    return [];
  };
  return files.map((file) => visit(file.name)).find((cycle) => cycle.length > 0) ?? [];
}
