import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";
import { corpusText, recipient } from "../support/cli-case.ts";
import { runInProject } from "./project.ts";

const { project } = inject("packed");
const compiler = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const identity = { SOPS_AGE_KEY: corpusText("keys/alice.txt") };

/** A use of the library with an age key. */
const use = (format: string, text: string): string => `
import { decryptBytes, encryptBytes, recipientKeys } from "sops-ts";
const plain = new TextEncoder().encode(${JSON.stringify(text)});
const keyGroups = [await recipientKeys([${JSON.stringify(recipient("alice"))}])];
const encrypted = await encryptBytes(plain, { format: "${format}", keyGroups });
console.log(new TextDecoder().decode(await decryptBytes(encrypted, { format: "${format}" })));
`;

/** Texts of which each is in the code of one key source, or in that of a store. */
const marks = {
  pgp: "GnuPG binary",
  kms: "AWS KMS keys",
  gcp_kms: "cloudkms",
  azure_kv: "Azure Key Vault keys",
  hc_vault: "x-vault-token",
  hckms: "SDK-HMAC-SHA256",
};

describe("the library, installed", () => {
  it("has what each entry promises", async () => {
    const code = `
const names = ["sops-ts", "sops-ts/node", "sops-ts/key-sources", ${["age", "pgp", "aws-kms", "gcp-kms", "azure-key-vault", "hc-vault", "huawei-kms"].map((name) => `"sops-ts/key-sources/${name}"`).join(", ")}];
for (const name of names) console.log(name, Object.keys(await import(name)).sort().join(" "));
`;
    const { stdout } = await runInProject("entries.mjs", code);
    const main =
      "PlatformError SopsError decryptBytes encryptBytes encryptSecrets formatForPath inspectFile localKeyService openSecrets " +
      "readSecrets readValue recipientKeys updateSecrets";
    const forNode = "creationRule decryptFile encryptFile nodeCipher nodePlatform updateFile";
    expect(stdout.trim().split("\n")).toEqual([
      `sops-ts ${main}`,
      `sops-ts/node ${`${main} ${forNode}`.split(" ").sort().join(" ")}`,
      "sops-ts/key-sources age awsKms azureKeyVault gcpKms hcVault huaweiKms pgp",
      "sops-ts/key-sources/age age",
      "sops-ts/key-sources/pgp pgp",
      "sops-ts/key-sources/aws-kms awsKms",
      "sops-ts/key-sources/gcp-kms gcpKms",
      "sops-ts/key-sources/azure-key-vault azureKeyVault",
      "sops-ts/key-sources/hc-vault hcVault",
      "sops-ts/key-sources/huawei-kms huaweiKms",
    ]);
  });

  it("has the same classes in all entries, also for require", async () => {
    const code = `
const [main, forNode] = [require("sops-ts"), require("sops-ts/node")];
main.readSecrets("none.yaml").catch((error) => console.log(error instanceof forNode.PlatformError));
import("sops-ts").then((module) => console.log(module.SopsError === main.SopsError && main.SopsError === forNode.SopsError));
`;
    const { stdout } = await runInProject("required.cjs", code);
    expect(stdout.trim().split("\n").sort()).toEqual(["true", "true"]);
  });

  it("loads the code of no other key source and no other store for a file with an age key", async () => {
    const { stdout, loaded } = await runInProject("age.mjs", use("json", '{"a":"secret"}'), identity);
    expect(stdout).toBe('{\n\t"a": "secret"\n}\n\n');
    const own = loaded.filter((url) => url.startsWith("file:") && url.includes("/sops-ts/dist/"));
    expect(own.length).toBeGreaterThan(3);
    const code = (await Promise.all(own.map((url) => readFile(fileURLToPath(url), "utf8")))).join("\n");
    for (const [kind, mark] of Object.entries(marks)) expect(code.includes(mark), kind).toBe(false);
    expect(own.filter((url) => /yaml|ini-|dotenv|pgp|kms|azure|vault/.test(url))).toEqual([]);
    expect(loaded.filter((url) => /node_modules\/(?!sops-ts|@noble|@scure)/.test(url))).toEqual([]);
  });

  it("loads that code where it is asked for", async () => {
    for (const [name, kind] of [
      ["pgp", "pgp"],
      ["aws-kms", "kms"],
      ["gcp-kms", "gcp_kms"],
      ["azure-key-vault", "azure_kv"],
      ["hc-vault", "hc_vault"],
      ["huawei-kms", "hckms"],
    ] as const) {
      const { loaded } = await runInProject("one.mjs", `import "sops-ts/key-sources/${name}";`);
      const own = loaded.filter((url) => url.includes("/sops-ts/dist/"));
      const code = (await Promise.all(own.map((url) => readFile(fileURLToPath(url), "utf8")))).join("\n");
      expect(code.includes(marks[kind]), name).toBe(true);
    }
  });

  it.each([
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "node16", moduleResolution: "node16" },
    { module: "esnext", moduleResolution: "bundler" },
  ])("compiles with its types, and no others, for $moduleResolution", async (resolution) => {
    const folder = join(project, resolution.moduleResolution);
    await mkdir(folder, { recursive: true });
    const compilerOptions = {
      ...resolution,
      strict: true,
      noEmit: true,
      types: [],
      lib: ["es2023", "dom"],
      target: "es2023",
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts", "wrong.ts"] }));
    await writeFile(
      join(folder, "use.ts"),
      `import { type Format, type KeyGroup, readSecrets, SopsError } from "sops-ts";
import { creationRule, encryptFile, nodePlatform } from "sops-ts/node";
import { age } from "sops-ts/key-sources/age";
import { awsKms } from "sops-ts/key-sources/aws-kms";
import { hcVault } from "sops-ts/key-sources";
const format: Format = "yaml";
export async function use(groups: readonly KeyGroup[]): Promise<string> {
  const keySources = { age, kms: awsKms({ timeoutMs: 1 }), hc_vault: hcVault({ token: "t" }) };
  await encryptFile("f", { format, keyGroups: groups, keySources, platform: nodePlatform });
  const rule = await creationRule("f");
  const { user } = await readSecrets<{ user: string }>("f", { keySources });
  return rule === undefined ? user : new SopsError("USAGE", user).code;
}
`,
    );
    await writeFile(
      join(folder, "wrong.ts"),
      `import { readSecrets } from "sops-ts";\nimport { encryptFile } from "sops-ts/node";\nawait readSecrets("f", { format: "xml" });\nawait encryptFile(1);\nexport {};\n`,
    );
    const ended = await promisify(execFile)(process.execPath, [compiler, "-p", folder]).catch(
      (error: { stdout: string }) => error,
    );
    const mistakes = ended.stdout.split("\n").filter((line) => line.includes("error TS"));
    expect(mistakes.map((line) => line.replace(/^.*(use|wrong)\.ts/, "$1.ts").replace(/:? error.*/, ""))).toEqual([
      "wrong.ts(3,26)",
      "wrong.ts(4,19)",
    ]);
  });
});
