import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { encryptSecrets } from "../../src/index.ts";
import { withTemporaryDirectory } from "./temporary-directory.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs a piece of code from the documents as a program of its own, and gives what it prints, with `RECIPIENT` in place of the
 * recipient. It has the constants `identity` and `recipient`, and beside it `secrets.yaml`, with `user` and `password` of a
 * `database`, and `damaged.yaml`, whose `user` was changed by hand; the identity is in its environment.
 */
export async function runSnippet(code: string): Promise<string> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  return withTemporaryDirectory(async (directory) => {
    const secrets = { database: { user: "app", password: "p" } };
    const file = await encryptSecrets(secrets, { format: "yaml", recipients: [recipient] });
    await mkdir(join(directory, "home"));
    await writeFile(join(directory, "secrets.yaml"), file);
    const damaged = new TextDecoder().decode(file).replace(/user: .*/, "user: by hand");
    await writeFile(join(directory, "damaged.yaml"), damaged);
    const names = `const identity = ${JSON.stringify(identity)};\nconst recipient = ${JSON.stringify(recipient)};\n`;
    await writeFile(join(directory, "snippet.mts"), names + withLibrary(code));
    const tsx = pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href;
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", tsx, "snippet.mts"], {
      cwd: directory,
      env: { PATH: process.env["PATH"], HOME: join(directory, "home"), SOPS_AGE_KEY: identity },
    });
    return stdout.replaceAll(recipient, "RECIPIENT");
  });
}

/** What the compiler finds wrong with pieces of code from the documents, one line each; nothing where they are right. */
export async function typeErrors(codes: readonly string[]): Promise<string> {
  return withTemporaryDirectory(async (directory) => {
    const compilerOptions = {
      paths: { "sops-ts": [join(root, "src/index.ts")], "sops-ts/*": [join(root, "src/*.ts")] },
      typeRoots: [join(root, "node_modules/@types")],
    };
    const config = {
      extends: join(root, "tsconfig.json"),
      compilerOptions,
      include: ["*.mts", "given.d.ts", join(root, "src/**/*.d.ts")],
    };
    await writeFile(join(directory, "tsconfig.json"), JSON.stringify(config));
    await writeFile(
      join(directory, "given.d.ts"),
      "declare const identity: string;\ndeclare const recipient: string;\n",
    );
    for (const [index, code] of codes.entries()) await writeFile(join(directory, `${index}.mts`), code);
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const run = promisify(execFile)(process.execPath, [tsc, "-p", directory, "--pretty", "false"]);
    return run.then(
      ({ stdout }) => stdout,
      (error: unknown) => (error as { stdout: string }).stdout,
    );
  });
}

/** The code with the package's names leading to its sources. */
function withLibrary(code: string): string {
  return code.replaceAll(/"sops-ts((?:\/[a-z-]+)*)"/g, (_, entry: string) =>
    JSON.stringify(pathToFileURL(join(root, `src${entry || "/index"}.ts`)).href),
  );
}
