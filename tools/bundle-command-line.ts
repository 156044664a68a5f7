import { join } from "node:path";
import { type OutputAsset, type OutputChunk, rolldown } from "rolldown";

/** Loaded only when a file needs them, and only if the user has installed them. */
const optionalPeers = [/^@aws-sdk\//, /^@azure\//, /^@grpc\//, "google-auth-library", "openpgp", "pg", "undici"];

/**
 * What most runs need, and all that these import: it is put into the first file, since opening another file takes longer than
 * reading a larger one. The rest is in files of its own that are read when a command needs them.
 */
const needed =
  /\/src\/(?:cli\/main|cli\/commands\/(?:decrypt|encrypt|set)|stores\/(?:yaml|json|binary)|keys\/age\/age)\.ts$|^\0rolldown\/runtime/;

/**
 * Bundles the command line into `cli.cjs`, `chunks/`, and `start.cjs`, which loads the first. They are CommonJS, which Node loads sooner than ES modules: without
 * promises, and with one call of the file system for each file.
 *
 * @param root - the project's folder
 * @param folder - where the files go
 */
export async function bundleCommandLine(root: string, folder: string, version: string): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: { cli: "src/cli/main.ts", start: "src/cli/start.ts" },
    platform: "node",
    external: optionalPeers,
    transform: { target: "es2023", define: { SOPS_TS_VERSION: JSON.stringify(version) } },
    checks: { ineffectiveDynamicImport: false },
    plugins: [{ name: "ascii", generateBundle: (_, files) => Object.values(files).forEach(toAscii) }],
  });
  await bundle.write({
    dir: join(root, folder),
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "chunks/[name]-[hash].cjs",
    minify: true,
    comments: { legal: false },
    codeSplitting: { groups: [{ name: "cli", test: needed }] },
  });
  await bundle.close();
}

/** Escapes what is not ASCII, which is in texts and expressions only: V8 takes twice the memory for a source that has any. */
function toAscii(file: OutputChunk | OutputAsset): void {
  if (file.type !== "chunk") return;
  file.code = file.code.replaceAll(/[^\0-\x7F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
