import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { type CommandRunner, programRunner } from "../test/support/command-runner.ts";
import {
  type CorpusCase,
  caseName,
  corpusFolder,
  fuzzCasesFolder,
  readCases,
  withWorkspace,
} from "../test/support/corpus.ts";
import { findProgram } from "../test/support/programs.ts";

const usage = `npm run fixtures
  has the real sops make the files of fixtures/fuzz once more, from each case's document and arguments

npm run fixtures -- --add FORMAT/NAME --what "one line" [-- FLAGS] < document
  adds a case; FLAGS are further flags of encrypt
`;

/** The version that the fixtures are made with. */
const sopsVersion = "3.13.3";

const extensions: Readonly<Record<string, string>> = { yaml: ".yaml", json: ".json", dotenv: ".env", ini: ".ini" };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { add: { type: "string" }, what: { type: "string" }, help: { type: "boolean" } },
});

process.exitCode = await main();

async function main(): Promise<number> {
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const sops = await findSops();
  if (sops === undefined) return 1;
  if (values.add !== undefined) {
    await remake(await newCase(values.add), sops);
    return 0;
  }
  for (const theCase of readCases(fuzzCasesFolder)) await remake(theCase, sops);
  return 0;
}

async function findSops(): Promise<CommandRunner | undefined> {
  const path = findProgram("sops");
  if (path === undefined) {
    console.error("sops is neither on PATH nor in Go's bin folder");
    return undefined;
  }
  const runner = programRunner([path]);
  const { stdout } = await runner({ args: ["--version", "--disable-version-check"], directory: ".", env: {} });
  const version = Buffer.from(stdout).toString();
  if (version.includes(sopsVersion)) return runner;
  console.error(`the fixtures are made with sops ${sopsVersion}; ${path} is ${version.trim()}`);
  return undefined;
}

/** Writes the document of a new case; the files that sops makes follow. */
async function newCase(name: string): Promise<CorpusCase> {
  const [format = "", shortName = ""] = name.split("/");
  const extension = extensions[format];
  if (extension === undefined || shortName === "" || values.what === undefined) throw new TypeError(usage);
  const folder = join(fuzzCasesFolder, format, shortName);
  const plain = `plain${extension}`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, plain), await buffer(process.stdin));
  return {
    folder,
    kind: "encrypt",
    family: format,
    name: shortName,
    what: values.what,
    keys: ["alice"],
    args: ["encrypt", "--age", await recipientOf("alice"), ...positionals, plain],
    exit: 0,
    plain,
    encrypted: `plain.enc${extension}`,
    decrypt_args: ["decrypt", `plain.enc${extension}`],
    decrypt_exit: 0,
  };
}

async function recipientOf(name: string): Promise<string> {
  const keys = JSON.parse(await readFile(join(corpusFolder, "keys", "keys.json"), "utf8")) as Record<
    string,
    { readonly recipient: string }
  >;
  return keys[name]?.recipient ?? "";
}

/** Runs sops on a case's document and records its files and how it ended. */
async function remake(theCase: CorpusCase, sops: CommandRunner): Promise<void> {
  await withWorkspace(theCase, async (workspace) => {
    const { folder, family, name, what, keys, args } = theCase;
    const plain = args.at(-1) ?? "";
    const encrypted = `plain.enc${extname(plain)}`;
    const base = { family, name, what, keys };
    await rm(join(folder, encrypted), { force: true });
    await rm(join(folder, "decrypted"), { force: true });
    const end = await workspace.run(sops, args);
    if (end.status !== 0) {
      const stdout = Buffer.from(end.stdout).toString();
      await record(folder, { kind: "fails", ...base, args, exit: end.status, stderr: end.stderr, stdout });
      return;
    }
    await writeFile(join(folder, encrypted), end.stdout);
    await workspace.write(encrypted, end.stdout);
    const decrypt_args = theCase.kind === "encrypt" ? theCase.decrypt_args : ["decrypt", encrypted];
    const decryption = await workspace.run(sops, decrypt_args);
    const readable = decryption.status === 0;
    if (readable) await writeFile(join(folder, "decrypted"), decryption.stdout);
    await record(folder, {
      kind: "encrypt",
      ...base,
      args,
      exit: 0,
      plain,
      encrypted,
      decrypt_args,
      decrypt_exit: decryption.status,
      ...(readable ? { decrypted: "decrypted" } : { stderr: decryption.stderr }),
    });
  });
  console.log(caseName(theCase));
}

async function record(folder: string, fields: object): Promise<void> {
  await writeFile(join(folder, "case.json"), `${JSON.stringify(fields, null, 1)}\n`);
}
