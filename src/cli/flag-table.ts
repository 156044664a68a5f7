/** What a flag takes: nothing (or `=true`, `=false`), a text, an integer, or a text each time it is given. */
export type FlagKind = "boolean" | "text" | "integer" | "list";

/** All there is to know of a flag; parsing, help and completion come from it. */
export interface FlagEntry {
  /** The name, without dashes. */
  readonly name: FlagName;
  /** Its other spelling, usually one letter. */
  readonly alias?: string;
  readonly kind: FlagKind;
  /** What stands for the value in help, such as `FILE`; none for a boolean. */
  readonly placeholder?: string;
  /** The environment variable that gives the flag when the command line does not. A list is split at commas. */
  readonly env?: string;
  /** The value when neither gives one. Default: false, "", none, an empty list. */
  readonly initial?: boolean | string;
  /** One line. */
  readonly help: string;
}

type Entry = Omit<FlagEntry, "name">;

const masterKeyFlags = {
  age: {
    alias: "a",
    kind: "text",
    placeholder: "RECIPIENTS",
    env: "SOPS_AGE_RECIPIENTS",
    help: "age recipients (age1…, ssh-ed25519 …, ssh-rsa …)",
  },
  pgp: {
    alias: "p",
    kind: "text",
    placeholder: "FINGERPRINTS",
    env: "SOPS_PGP_FP",
    help: "PGP fingerprints",
  },
  kms: {
    alias: "k",
    kind: "text",
    placeholder: "ARNS",
    env: "SOPS_KMS_ARN",
    help: "AWS KMS keys, each ARN or ARN+role ARN",
  },
  "gcp-kms": {
    kind: "text",
    placeholder: "IDS",
    env: "SOPS_GCP_KMS_IDS",
    help: "GCP KMS keys, each projects/…/cryptoKeys/…",
  },
  "azure-kv": {
    kind: "text",
    placeholder: "URLS",
    env: "SOPS_AZURE_KEYVAULT_URLS",
    help: "Azure Key Vault keys, each https://VAULT/keys/NAME[/VERSION]",
  },
  "hc-vault-transit": {
    kind: "text",
    placeholder: "URIS",
    env: "SOPS_VAULT_URIS",
    help: "HashiCorp Vault transit keys, each https://HOST/v1/ENGINE/keys/NAME",
  },
  hckms: {
    kind: "text",
    placeholder: "IDS",
    env: "SOPS_HUAWEICLOUD_KMS_IDS",
    help: "Huawei Cloud KMS keys, each REGION:UUID",
  },
  "aws-profile": { kind: "text", placeholder: "NAME", help: "AWS profile for the KMS keys given here" },
  "encryption-context": {
    kind: "text",
    placeholder: "K:V,…",
    help: "AWS KMS encryption context, pairs key:value",
  },
} as const satisfies Record<string, Entry>;

const keyChangeFlags = {
  "add-age": { kind: "text", placeholder: "RECIPIENTS", help: "add age recipients to the first key group" },
  "rm-age": { kind: "text", placeholder: "RECIPIENTS", help: "remove age recipients from all key groups" },
  "add-pgp": { kind: "text", placeholder: "FINGERPRINTS", help: "add PGP keys" },
  "rm-pgp": { kind: "text", placeholder: "FINGERPRINTS", help: "remove PGP keys" },
  "add-kms": { kind: "text", placeholder: "ARNS", help: "add AWS KMS keys" },
  "rm-kms": { kind: "text", placeholder: "ARNS", help: "remove AWS KMS keys" },
  "add-gcp-kms": { kind: "text", placeholder: "IDS", help: "add GCP KMS keys" },
  "rm-gcp-kms": { kind: "text", placeholder: "IDS", help: "remove GCP KMS keys" },
  "add-azure-kv": { kind: "text", placeholder: "URLS", help: "add Azure Key Vault keys" },
  "rm-azure-kv": { kind: "text", placeholder: "URLS", help: "remove Azure Key Vault keys" },
  "add-hc-vault-transit": { kind: "text", placeholder: "URIS", help: "add HashiCorp Vault transit keys" },
  "rm-hc-vault-transit": { kind: "text", placeholder: "URIS", help: "remove HashiCorp Vault transit keys" },
  "add-hckms": { kind: "text", placeholder: "IDS", help: "add Huawei Cloud KMS keys" },
  "rm-hckms": { kind: "text", placeholder: "IDS", help: "remove Huawei Cloud KMS keys" },
} as const satisfies Record<string, Entry>;

const selectionFlags = {
  "encrypted-regex": { kind: "text", placeholder: "REGEX", help: "encrypt only below keys that match" },
  "unencrypted-regex": { kind: "text", placeholder: "REGEX", help: "leave what is below matching keys in clear" },
  "encrypted-suffix": { kind: "text", placeholder: "SUFFIX", help: "encrypt only below keys with this ending" },
  "unencrypted-suffix": {
    kind: "text",
    placeholder: "SUFFIX",
    help: "leave what is below keys with this ending in clear (without any rule: _unencrypted)",
  },
  "encrypted-comment-regex": { kind: "text", placeholder: "REGEX", help: "encrypt only below comments that match" },
  "unencrypted-comment-regex": {
    kind: "text",
    placeholder: "REGEX",
    help: "leave what is below matching comments in clear",
  },
  "mac-only-encrypted": { kind: "boolean", help: "let the MAC cover encrypted values only" },
} as const satisfies Record<string, Entry>;

const fileFlags = {
  "in-place": { alias: "i", kind: "boolean", help: "write the result back to the file" },
  output: { kind: "text", placeholder: "FILE", help: "write the result to FILE, once all went well" },
  "input-type": { kind: "text", placeholder: "TYPE", help: "read as yaml, json, dotenv, ini or binary" },
  "output-type": { kind: "text", placeholder: "TYPE", help: "write as yaml, json, dotenv, ini or binary" },
  "filename-override": {
    kind: "text",
    placeholder: "NAME",
    help: "take format and creation rule from NAME instead of the file's own name",
  },
  indent: { kind: "integer", placeholder: "N", help: "spaces a level in YAML and JSON" },
  config: {
    kind: "text",
    placeholder: "FILE",
    env: "SOPS_CONFIG",
    help: "use this .sops.yaml and don't search for one",
  },
} as const satisfies Record<string, Entry>;

const recoveryFlags = {
  "ignore-mac": { kind: "boolean", help: "go on when the MAC does not fit: the file may have been tampered with" },
  "decryption-order": {
    kind: "text",
    placeholder: "TYPES",
    env: "SOPS_DECRYPTION_ORDER",
    help: "key types in the order to try them (first age,pgp)",
  },
  keyservice: {
    kind: "list",
    placeholder: "URI",
    env: "SOPS_KEYSERVICE",
    help: "ask this key service too: tcp://HOST:PORT or unix:///PATH; may be repeated",
  },
  "enable-local-keyservice": {
    kind: "boolean",
    env: "SOPS_ENABLE_LOCAL_KEYSERVICE",
    initial: true,
    help: "use the keys of this machine; =false asks key services only",
  },
  "shamir-secret-sharing-threshold": {
    kind: "integer",
    placeholder: "N",
    help: "how many key groups are needed to decrypt",
  },
} as const satisfies Record<string, Entry>;

const commandFlags = {
  encrypt: { alias: "e", kind: "boolean", help: "encrypt FILE" },
  decrypt: { alias: "d", kind: "boolean", help: "decrypt FILE" },
  rotate: { alias: "r", kind: "boolean", help: "give FILE a new data key" },
  set: { kind: "text", placeholder: "'PATH VALUE'", help: 'set one value of FILE, such as \'["a"][0] "new"\'' },
  extract: { kind: "text", placeholder: "PATH", help: 'print one value only, such as \'["db"]["hosts"][0]\'' },
  "show-master-keys": { alias: "s", kind: "boolean", help: "show the metadata in the editor too" },
  "value-file": { kind: "boolean", help: "VALUE is the path of a file with the value" },
  "value-stdin": { kind: "boolean", help: "read the value from standard input" },
  idempotent: { kind: "boolean", help: "leave the file alone when nothing would change" },
  background: { kind: "boolean", help: "don't wait for the command (deprecated)" },
  pristine: { kind: "boolean", help: "pass only the file's values, not the inherited environment" },
  user: { kind: "text", placeholder: "NAME", help: "run the command as this user" },
  "same-process": { kind: "boolean", help: "replace this process by the command" },
  "no-fifo": { kind: "boolean", help: "use a regular file instead of a named pipe" },
  filename: { kind: "text", placeholder: "NAME", help: "name of the temporary file (default: tmp-file)" },
  yes: { alias: "y", kind: "boolean", help: "don't ask, do it" },
  "omit-extensions": { kind: "boolean", help: "drop the file's extension in the destination" },
  recursive: { kind: "boolean", help: "publish all files below a directory" },
  network: { alias: "net", kind: "text", placeholder: "NET", initial: "tcp", help: "tcp or unix (default: tcp)" },
  address: {
    alias: "addr",
    kind: "text",
    placeholder: "ADDR",
    initial: "127.0.0.1:5000",
    help: "HOST:PORT or a path (default: 127.0.0.1:5000)",
  },
  prompt: { kind: "boolean", help: "ask before each request is answered" },
  file: { alias: "f", kind: "text", placeholder: "FILE", help: "the encrypted file" },
} as const satisfies Record<string, Entry>;

const nixosFlags = {
  input: { alias: "i", kind: "text", placeholder: "FILE", help: "read FILE (default: standard input)" },
  y: { kind: "boolean", help: "print the recipients of the identities in FILE" },
  pq: { kind: "boolean", help: "make a post-quantum hybrid key (ML-KEM-768 and X25519)" },
  "private-key": { kind: "boolean", help: "convert a private key to an identity" },
  stdinpass: { kind: "boolean", help: "read the passphrase of the private key from standard input" },
  "check-mode": {
    kind: "text",
    placeholder: "MODE",
    initial: "off",
    help: "check and install nothing: manifest, or sopsfile to look into the files too (default: off)",
  },
  "ignore-passwd": {
    kind: "boolean",
    help: "look up no users and groups: everything belongs to root, or to you in user mode",
  },
  "keep-going": { kind: "boolean", help: "install what can be installed although a secret fails, and exit with 1" },
} as const satisfies Record<string, Entry>;

const checkFlags = {
  check: { kind: "boolean", help: "show what would change and change nothing; exit with 1 when something would" },
  staged: { kind: "boolean", help: "check what git has staged, as it is staged" },
  mac: { kind: "boolean", help: "compare the MAC of files that an identity here opens" },
  manifest: {
    kind: "text",
    placeholder: "FILE",
    help: "check the secrets of this manifest of sops-nix, for --host-key",
  },
  "host-key": {
    kind: "list",
    placeholder: "KEY",
    help: "the host's public key: age1…, or ssh-ed25519 …, which also stands for what ssh-to-age makes of it; may be repeated",
  },
  format: {
    kind: "text",
    placeholder: "FORM",
    initial: "text",
    help: "text, json, or github for its annotations (default: text)",
  },
} as const satisfies Record<string, Entry>;

const programFlags = {
  verbose: { kind: "boolean", help: "log what is done" },
  help: { alias: "h", kind: "boolean", help: "show this help" },
  version: { alias: "v", kind: "boolean", help: "show the version" },
  "check-for-updates": {
    kind: "boolean",
    help: "with --version: ask github.com for the latest sops (the only time this is done)",
  },
  "disable-version-check": {
    kind: "boolean",
    env: "SOPS_DISABLE_VERSION_CHECK",
    help: "with --version: print what sops prints and nothing more",
  },
} as const satisfies Record<string, Entry>;

const entries = {
  ...masterKeyFlags,
  ...keyChangeFlags,
  ...selectionFlags,
  ...fileFlags,
  ...recoveryFlags,
  ...commandFlags,
  ...nixosFlags,
  ...checkFlags,
  ...programFlags,
} as const;

/** The name of a flag of any command. */
export type FlagName = keyof typeof entries;

/** The flag of that name, with what a command says differently of it. */
export function flag(name: FlagName, changes: Partial<Entry> = {}): FlagEntry {
  return { name, ...entries[name], ...changes };
}

/** The flags of those names. */
export function flags(...names: readonly FlagName[]): readonly FlagEntry[] {
  return names.map((name) => flag(name));
}

/** The flags that name master keys, in the order in which sops stores them. */
export const masterKeyFlagNames = [
  "kms",
  "gcp-kms",
  "hckms",
  "azure-kv",
  "pgp",
  "hc-vault-transit",
  "age",
] as const satisfies readonly FlagName[];

/** The flags that add or remove master keys. */
export const keyChangeFlagNames = Object.keys(keyChangeFlags) as readonly (keyof typeof keyChangeFlags)[];
