/*
 * Makes one executable: run by Bun, which bundles the command line with all packages that it may need and puts itself in front.
 *
 *   bun tools/executable/compile.ts OUTFILE BUN-TARGET PATH-OF-BUN VERSION
 */
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";

const [outfile = "", target = "", executablePath = "", version = ""] = process.argv.slice(2);

/** What is used of Bun. */
declare const Bun: {
  build(options: object): Promise<{ readonly metafile: Metafile }>;
};

interface Metafile {
  readonly inputs: Readonly<Record<string, { readonly imports: readonly Import[] }>>;
}

interface Import {
  readonly path: string;
  readonly external?: boolean;
}

interface PluginBuilder {
  onResolve(options: { filter: RegExp }, resolve: (args: { path: string }) => object): void;
  onLoad(options: { filter: RegExp; namespace: string }, load: () => object): void;
}

/**
 * What stays outside: OpenPGP.js, which is LGPL, and a library of the system's that `pg` can do without. They must not be looked for
 * either: the executable would run what goes by their names in the folder in which somebody decrypts a file.
 */
const leavingOut = {
  name: "leaving out",
  setup(build: PluginBuilder): void {
    build.onResolve({ filter: /^(?:openpgp|pg-native)$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    build.onLoad({ filter: /./, namespace: "left-out" }, () => ({
      contents: 'throw new TypeError("the executable does not contain this package")',
      loader: "js",
    }));
  },
};

const { metafile } = await Bun.build({
  entrypoints: [fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url))],
  target: "bun",
  format: "esm",
  // A command loads the chunks that it needs, already compiled.
  splitting: true,
  minify: true,
  bytecode: true,
  define: { SOPS_TS_VERSION: JSON.stringify(version), SOPS_TS_EXECUTABLE: "true" },
  plugins: [leavingOut],
  // Nor may a package import what only the run would tell.
  allowUnresolved: [],
  metafile: true,
  compile: {
    outfile,
    target,
    executablePath,
    // What lies in the working directory has no say: Bun would run the programs that a bunfig.toml there names.
    autoloadDotenv: false,
    autoloadBunfig: false,
    autoloadTsconfig: false,
    autoloadPackageJson: false,
    // Most runs are over before code that was compiled for speed has paid for it: at 1 a small file takes half as long again.
    jitPolicy: 20,
  },
});

const outside = Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
  imports.filter(({ path, external }) => external === true && !isInside(path)).map(({ path }) => `${path} in ${from}`),
);
if (outside.length > 0) throw new Error(`not in the executable:\n${outside.join("\n")}`);

/** Chunks, and what Bun has itself; `node-fetch` is one of these. */
function isInside(path: string): boolean {
  return path.startsWith("./") || isBuiltin(path) || path === "node-fetch";
}
