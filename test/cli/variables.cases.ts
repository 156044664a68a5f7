import { join } from "node:path";
import { type CliCase, corpusText, recipient } from "../support/cli-case.ts";
import { corpusFolder } from "../support/corpus.ts";

const alice = recipient("alice");
const plain = { "f.yaml": "a: 1\n" };
const encrypted = { "f.yaml": corpusText("commands/extract-item/f.yaml") };
const isPlain = /^a: 1\nb:\n/;
const key = (name: string): string => join(corpusFolder, "keys", name);

/** Keys of every kind: variable, flag, a key. */
const masterKeys = [
  ["SOPS_AGE_RECIPIENTS", "--age", alice],
  ["SOPS_PGP_FP", "--pgp", "DE64BF3D45594E0D7092696B6342BD58061E58CD"],
  ["SOPS_KMS_ARN", "--kms", "arn:aws:kms:us-east-1:123456789012:key/x"],
  ["SOPS_GCP_KMS_IDS", "--gcp-kms", "projects/p/locations/l/keyRings/r/cryptoKeys/k"],
  ["SOPS_HUAWEICLOUD_KMS_IDS", "--hckms", "cn-north-1:550e8400-e29b-41d4-a716-446655440000"],
  ["SOPS_AZURE_KEYVAULT_URLS", "--azure-kv", "https://v.vault.azure.net/keys/k/1"],
  ["SOPS_VAULT_URIS", "--hc-vault-transit", "https://v:8200/v1/transit/keys/k"],
] as const;

/** With no service at all nothing is wrapped, and nobody is asked over the network: the failure shows that there was a key. */
const noService = ["encrypt", "--enable-local-keyservice=false"];
const keyWasRead = { before: plain, status: 1, stderr: ["no key services provided"] } as const;

const masterKeyCases = masterKeys.flatMap(([variable, flag, value]): CliCase[] => [
  { name: `${variable} names a master key`, args: [...noService, "f.yaml"], env: { [variable]: value }, ...keyWasRead },
  { name: `${flag} names a master key`, args: [...noService, flag, value, "f.yaml"], ...keyWasRead },
]);

const withoutFile = { SOPS_AGE_KEY_FILE: undefined };
const identity = /AGE-SECRET-KEY-\S+/.exec(corpusText("keys/alice.txt"))?.[0] ?? "";
const forSsh = { "f.yaml": corpusText("recipients/age-ssh-ed25519/plain.enc.yaml") };
const sshPlain = corpusText("recipients/age-ssh-ed25519/decrypted");

/** What the environment gives: master keys, identities, settings. */
export const variableCases: readonly CliCase[] = [
  {
    name: "without a key there is none",
    args: [...noService, "f.yaml"],
    before: plain,
    status: 1,
    stderr: ["config file not found, or has no creation rules, and no keys provided"],
  },
  ...masterKeyCases,
  {
    name: "a variable takes the place of all keys of the creation rule",
    args: ["encrypt", "f.yaml"],
    before: { ...plain, ".sops.yaml": `creation_rules:\n  - age: ${recipient("bob")}\n` },
    env: { SOPS_AGE_RECIPIENTS: alice },
    stdout: new RegExp(`^(?![^]*${recipient("bob")})[^]*recipient: ${alice}`),
  },
  {
    name: "SOPS_AGE_KEY holds identities",
    args: ["decrypt", "f.yaml"],
    before: encrypted,
    env: { ...withoutFile, SOPS_AGE_KEY: `# mine\n${identity}` },
    stdout: isPlain,
  },
  {
    name: "SOPS_AGE_KEY_FILE names a file of identities",
    args: ["decrypt", "f.yaml"],
    before: encrypted,
    env: { SOPS_AGE_KEY_FILE: key("alice.txt") },
    stdout: isPlain,
  },
  {
    name: "SOPS_AGE_KEY_CMD prints identities",
    args: ["decrypt", "f.yaml"],
    before: encrypted,
    env: { ...withoutFile, SOPS_AGE_KEY_CMD: `cat "${key("alice.txt")}"` },
    stdout: isPlain,
  },
  {
    name: "SOPS_AGE_KEY_CMD is told for whom",
    args: ["decrypt", "f.yaml"],
    before: encrypted,
    env: {
      ...withoutFile,
      SOPS_AGE_KEY_CMD: `sh -c 'test "$SOPS_AGE_RECIPIENT" = ${alice} && cat "${key("alice.txt")}"'`,
    },
    stdout: isPlain,
  },
  {
    name: "SOPS_AGE_SSH_PRIVATE_KEY_FILE names an SSH key",
    args: ["decrypt", "f.yaml"],
    before: forSsh,
    env: { ...withoutFile, SOPS_AGE_SSH_PRIVATE_KEY_FILE: key("ssh_ed25519") },
    stdout: sshPlain,
  },
  {
    name: "SOPS_AGE_SSH_PRIVATE_KEY_CMD prints an SSH key",
    args: ["decrypt", "f.yaml"],
    before: forSsh,
    env: { ...withoutFile, SOPS_AGE_SSH_PRIVATE_KEY_CMD: `cat '${key("ssh_ed25519")}'` },
    stdout: sshPlain,
  },
  {
    name: "an identity file in the user's config folder",
    args: ["decrypt", "f.yaml"],
    before: { ...encrypted, "config/sops/age/keys.txt": corpusText("keys/alice.txt") },
    env: { ...withoutFile, XDG_CONFIG_HOME: "{dir}/config" },
    stdout: isPlain,
  },
  {
    name: "an SSH key in the user's home",
    args: ["decrypt", "f.yaml"],
    before: { ...forSsh, ".ssh/id_ed25519": corpusText("keys/ssh_ed25519") },
    beforeModes: { ".ssh/id_ed25519": 0o600 },
    env: { ...withoutFile, HOME: "{dir}" },
    stdout: sshPlain,
  },
  {
    name: "an identity that is for another recipient",
    args: ["decrypt", "f.yaml"],
    before: encrypted,
    env: { SOPS_AGE_KEY_FILE: key("bob.txt") },
    status: 128,
    stderr: ["Group 0: FAILED\n", /identity\s+\|\s+did|identity did/, "'SOPS_AGE_KEY_CMD'"],
  },
  {
    name: "a file of identities that is not there",
    args: ["decrypt", "f.yaml"],
    before: encrypted,
    env: { SOPS_AGE_KEY_FILE: "nope.txt" },
    status: 128,
    stderr: ["failed to load age identities", "nope.txt"],
  },
];
