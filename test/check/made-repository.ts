import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseConfig } from "../../src/config/config.ts";
import { creationRuleFor } from "../../src/config/creation-rule.ts";
import { encryptBytes, keyContextOf } from "../../src/sops.ts";
import { formatForPath } from "../../src/stores/format.ts";
import { recipient } from "../support/cli-case.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

export const alice = recipient("alice");
export const bob = recipient("bob");
export const carol = recipient("carol");

/** What must never be seen in a report. */
export const secret = "swordfish-4711";

export const config = `creation_rules:
  - path_regex: ^secrets/shared/
    shamir_threshold: 2
    key_groups:
      - age: [${alice}]
      - age: [${bob}]
      - age: [${carol}]
  - path_regex: ^k8s/.*\\.yaml$
    encrypted_regex: ^(data|stringData)$
    age: ${alice}
  - path_regex: ^secrets/
    age: ${alice},${bob}
  - age: ${alice}
`;

/** Encrypts a plain file as the rules say for a path. */
export async function encrypted(path: string, plain: string, rules = config): Promise<string> {
  const platform = memoryPlatform({ workingDirectory: "/repo" });
  const options = { keyContext: keyContextOf({ platform }) };
  const rule = await creationRuleFor(
    await parseConfig(new TextEncoder().encode(rules), ".sops.yaml", platform),
    `/repo/${path}`,
    options,
  );
  if (rule === undefined) throw new TypeError(`no rule for ${path}`);
  const { keyGroups, shamirThreshold, selection } = rule;
  const format = formatForPath(path);
  const content = new TextEncoder().encode(plain);
  const bytes = await encryptBytes(content, { format, keyGroups, shamirThreshold, selection });
  return new TextDecoder().decode(bytes);
}

const plainYaml = `db:\n  password: ${secret}\n  port: 5432\n  empty: ""\n  nothing: null\n# a note\nlist:\n  - ${secret}\n  - true\nopen_unencrypted: seen\n`;
const plainDotenv = `A=${secret}\n# note\nB=2\n`;
const plainIni = `[db]\npassword = ${secret}\n`;

/** The sound files of a repository, by path; all kinds of files that must not be reported are among them. */
export async function soundFiles(): Promise<Record<string, string>> {
  const files: Record<string, string> = {
    ".sops.yaml": config,
    "README.md": "sops writes `lastmodified` and ENC[AES256_GCM,data:…]\n",
    "package.json": '{ "name": "plain" }\n',
    "docs/example.yaml": "text: sops and lastmodified\n",
    "k8s/values.json": "{}\n",
    "secrets/.gitkeep": "",
    "node_modules/secrets/plain.yaml": "a: 1\n",
    ".git/secrets/plain.yaml": "a: 1\n",
  };
  const plain: Record<string, string> = {
    "secrets/a.yaml": plainYaml,
    "secrets/b.json": JSON.stringify({ a: secret, b: [1, { c: false }] }),
    "secrets/c.env": plainDotenv,
    "secrets/d.ini": plainIni,
    "secrets/e.bin": secret,
    "secrets/shared/f.yaml": plainYaml,
    "k8s/g.yaml": `kind: Secret\nmetadata:\n  name: web\ndata:\n  key: ${secret}\n`,
    "elsewhere/h.yaml": plainYaml,
  };
  for (const [path, text] of Object.entries(plain)) files[path] = await encrypted(path, text);
  return files;
}

/** So many encrypted files: the sound ones, and copies of them in directories of their own. */
export async function manySoundFiles(count: number): Promise<Record<string, string>> {
  const files = await soundFiles();
  const encryptedFiles = Object.entries(files).filter(([, text]) => /"?mac"?[:=_ ]|sops_mac/.test(text));
  let missing = count - encryptedFiles.length;
  for (let host = 1; missing > 0; host++) {
    for (const [path, text] of encryptedFiles.slice(0, missing))
      files[path.replace(/[^/]+$/, `host-${host}/$&`)] = text;
    missing -= encryptedFiles.length;
  }
  return files;
}

/** Files with one fault each, by path, with the kind and the line of what should be found. */
export async function faultyFiles(): Promise<
  Record<string, { text: string; kind: string; line?: number | undefined }>
> {
  const sound = await encrypted("secrets/x.yaml", plainYaml);
  const other = (keys: string, more = ""): string => `creation_rules:\n  - age: ${keys}\n${more}`;
  const groups = config.replace("shamir_threshold: 2", "shamir_threshold: 3");
  const metadataLine = (text: string): number => text.split("\n").indexOf("sops:") + 1;
  const missing = await encrypted("secrets/x.yaml", plainYaml, other(alice));
  const foreign = await encrypted("secrets/x.yaml", plainYaml, other(`${alice},${bob},${carol}`));
  const threshold = await encrypted("secrets/shared/x.yaml", plainYaml, groups);
  const selection = await encrypted("x.yaml", plainYaml, other(alice, "    encrypted_regex: ^password$\n"));
  const damaged = sound.replace(/(password: ENC\[AES256_GCM,data:)[^,]+/, "$1%%%");
  return {
    "secrets/plain.yaml": { text: plainYaml, kind: "not-encrypted" },
    "secrets/missing.yaml": { text: missing, kind: "recipients", line: metadataLine(missing) },
    "secrets/foreign.yaml": { text: foreign, kind: "recipients", line: metadataLine(foreign) },
    "secrets/shared/threshold.yaml": { text: threshold, kind: "threshold", line: metadataLine(threshold) },
    "elsewhere/selection.yaml": { text: selection, kind: "selection", line: metadataLine(selection) },
    "secrets/clear.yaml": {
      text: sound.replace(/port: ENC\[[^\]]*\]/, "port: 4711"),
      kind: "clear-text",
      line: 3,
    },
    "secrets/damaged.yaml": { text: damaged, kind: "damaged-value", line: 2 },
    "secrets/mac.yaml": { text: sound.replace(/ {4}mac: .*\n/, ""), kind: "metadata", line: metadataLine(sound) },
    "secrets/cut.yaml": {
      text: sound.slice(0, sound.lastIndexOf("-----END")),
      kind: "metadata",
      line: metadataLine(sound),
    },
    "secrets/twice.yaml": { text: sound.replace("    port:", "    password:"), kind: "unreadable", line: 3 },
  };
}

/** Writes files below a directory, and a link that leads back to it. */
export async function writeRepository(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  await symlink("..", join(directory, "secrets", "loop"));
}
