/*
 * The interface that sops shows beside a mistake in the command line, and offers to shells: its commands and flags in its order,
 * each with the line that stands beside it there. Programs compare that output to the byte, so the lines are those of sops's
 * interface (https://github.com/getsops/sops); sops-ts's own help is in table.ts and flag-table.ts.
 */
import type { FlagName } from "./flag-table.ts";

/** A command as sops's interface shows it. */
export interface SopsCommand {
  /** One line. */
  readonly summary: string;
  /** What follows its name in the usage line. */
  readonly words: string;
  /** Its flags in sops's order; `--help` only where the page lists it. */
  readonly flags: readonly FlagName[];
  /** What it says of flags otherwise than `flagTexts`. */
  readonly texts?: Readonly<Partial<Record<FlagName, string>>>;
  /** The commands below it, in sops's order; the program has `help` too. */
  readonly commands?: readonly string[];
}

/** Every command of sops by its name; the program itself is "". */
export const sopsCommands: Readonly<Record<string, SopsCommand>> = {
  "": {
    summary:
      "sops - encrypted file editor with AWS KMS, GCP KMS, HuaweiCloud KMS, Azure Key Vault, age, and GPG support",
    words: "",
    flags: [
      "decrypt",
      "encrypt",
      "rotate",
      "disable-version-check",
      "check-for-updates",
      "kms",
      "aws-profile",
      "gcp-kms",
      "hckms",
      "azure-kv",
      "hc-vault-transit",
      "pgp",
      "age",
      "in-place",
      "extract",
      "input-type",
      "output-type",
      "show-master-keys",
      "add-gcp-kms",
      "rm-gcp-kms",
      "add-hckms",
      "rm-hckms",
      "add-azure-kv",
      "rm-azure-kv",
      "add-kms",
      "rm-kms",
      "add-hc-vault-transit",
      "rm-hc-vault-transit",
      "add-age",
      "rm-age",
      "add-pgp",
      "rm-pgp",
      "ignore-mac",
      "mac-only-encrypted",
      "unencrypted-suffix",
      "encrypted-suffix",
      "unencrypted-regex",
      "encrypted-regex",
      "unencrypted-comment-regex",
      "encrypted-comment-regex",
      "config",
      "encryption-context",
      "set",
      "shamir-secret-sharing-threshold",
      "indent",
      "verbose",
      "output",
      "filename-override",
      "decryption-order",
      "enable-local-keyservice",
      "keyservice",
      "help",
      "version",
    ],
    texts: { output: "Save the output after encryption or decryption to the file specified" },
    commands: [
      "completion",
      "exec-env",
      "exec-file",
      "publish",
      "keyservice",
      "filestatus",
      "groups",
      "updatekeys",
      "decrypt",
      "encrypt",
      "rotate",
      "edit",
      "set",
      "unset",
      "help",
    ],
  },
  encrypt: {
    summary: "encrypt a file, and output the results to stdout. If no filename is provided, stdin will be used.",
    words: "[file]",
    flags: [
      "in-place",
      "output",
      "kms",
      "aws-profile",
      "gcp-kms",
      "hckms",
      "azure-kv",
      "hc-vault-transit",
      "pgp",
      "age",
      "input-type",
      "output-type",
      "unencrypted-suffix",
      "encrypted-suffix",
      "unencrypted-regex",
      "encrypted-regex",
      "encryption-context",
      "shamir-secret-sharing-threshold",
      "filename-override",
      "enable-local-keyservice",
      "keyservice",
    ],
    texts: {
      output: "Save the output after encryption to the file specified",
      "filename-override":
        "Use this filename instead of the provided argument for loading configuration, and for determining input type and output type. Required when reading from stdin.",
    },
  },
  decrypt: {
    summary: "decrypt a file, and output the results to stdout. If no filename is provided, stdin will be used.",
    words: "[file]",
    flags: [
      "in-place",
      "extract",
      "output",
      "input-type",
      "output-type",
      "ignore-mac",
      "filename-override",
      "decryption-order",
      "enable-local-keyservice",
      "keyservice",
    ],
    texts: {
      extract: "extract a specific key or branch from the input document. Example: --extract '[\"somekey\"][0]'",
      "filename-override":
        "Use this filename instead of the provided argument for loading configuration, and for determining input type and output type. Should be provided when reading from stdin.",
    },
  },
  edit: {
    summary: "edit an encrypted file",
    words: "file",
    flags: [
      "kms",
      "aws-profile",
      "gcp-kms",
      "hckms",
      "azure-kv",
      "hc-vault-transit",
      "pgp",
      "age",
      "input-type",
      "output-type",
      "unencrypted-suffix",
      "encrypted-suffix",
      "unencrypted-regex",
      "encrypted-regex",
      "encryption-context",
      "shamir-secret-sharing-threshold",
      "show-master-keys",
      "ignore-mac",
      "decryption-order",
      "enable-local-keyservice",
      "keyservice",
    ],
  },
  set: {
    summary:
      'set a specific key or branch in the input document. value must be a JSON encoded string, for example \'/path/to/file ["somekey"][0] {"somevalue":true}\', or a path if --value-file is used, or omitted if --value-stdin is used',
    words: "file index [ value ]",
    flags: [
      "input-type",
      "output-type",
      "value-file",
      "value-stdin",
      "shamir-secret-sharing-threshold",
      "ignore-mac",
      "decryption-order",
      "idempotent",
      "enable-local-keyservice",
      "keyservice",
    ],
  },
  unset: {
    summary: "unset a specific key or branch in the input document.",
    words: "file index",
    flags: [
      "input-type",
      "output-type",
      "shamir-secret-sharing-threshold",
      "ignore-mac",
      "decryption-order",
      "idempotent",
      "enable-local-keyservice",
      "keyservice",
    ],
    texts: { idempotent: "do nothing if the given index does not exist" },
  },
  rotate: {
    summary: "generate a new data encryption key and reencrypt all values with the new key",
    words: "file",
    flags: [
      "in-place",
      "output",
      "input-type",
      "output-type",
      "encryption-context",
      "add-gcp-kms",
      "rm-gcp-kms",
      "add-hckms",
      "rm-hckms",
      "add-azure-kv",
      "rm-azure-kv",
      "add-kms",
      "rm-kms",
      "add-hc-vault-transit",
      "rm-hc-vault-transit",
      "add-age",
      "rm-age",
      "add-pgp",
      "rm-pgp",
      "filename-override",
      "decryption-order",
      "enable-local-keyservice",
      "keyservice",
    ],
  },
  updatekeys: {
    summary: "update the keys of SOPS files using the config file",
    words: "file",
    flags: ["yes", "input-type", "enable-local-keyservice", "keyservice"],
    texts: {
      "input-type":
        "currently ini, json, yaml, dotenv and binary are supported. If not set, sops will use the file's extension to determine the type",
    },
  },
  groups: {
    summary: "modify the groups on a SOPS file",
    words: "[arguments...]",
    flags: ["help"],
    commands: ["add", "delete"],
  },
  "groups add": {
    summary: "add a new group to a SOPS file",
    words: "[arguments...]",
    flags: [
      "file",
      "pgp",
      "kms",
      "aws-profile",
      "gcp-kms",
      "hckms",
      "azure-kv",
      "hc-vault-transit",
      "age",
      "in-place",
      "shamir-secret-sharing-threshold",
      "encryption-context",
      "enable-local-keyservice",
      "keyservice",
    ],
    texts: {
      pgp: "the PGP fingerprints the new group should contain. Can be specified more than once",
      kms: "the KMS ARNs the new group should contain. Can be specified more than once",
      "gcp-kms": "the GCP KMS Resource ID the new group should contain. Can be specified more than once",
      hckms:
        "the HuaweiCloud KMS key ID (format: region:key-uuid) the new group should contain. Can be specified more than once",
      "azure-kv": "the Azure Key Vault key URL the new group should contain. Can be specified more than once",
      "hc-vault-transit":
        "the full vault path to the key used to encrypt/decrypt. Make you choose and configure a key with encryption/decryption enabled (e.g. 'https://vault.example.org:8200/v1/transit/keys/dev'). Can be specified more than once",
      age: "the age recipient the new group should contain. Can be specified more than once",
    },
  },
  "groups delete": {
    summary: "delete a key group from a SOPS file",
    words: "[index]",
    flags: ["file", "in-place", "shamir-secret-sharing-threshold", "enable-local-keyservice", "keyservice"],
  },
  "exec-env": {
    summary: "execute a command with decrypted values inserted into the environment",
    words: "[file to decrypt] [command to run]",
    flags: [
      "background",
      "pristine",
      "user",
      "same-process",
      "decryption-order",
      "enable-local-keyservice",
      "keyservice",
    ],
  },
  "exec-file": {
    summary: "execute a command with the decrypted contents as a temporary file",
    words: "[file to decrypt] [command to run]",
    flags: [
      "background",
      "no-fifo",
      "user",
      "input-type",
      "output-type",
      "filename",
      "decryption-order",
      "enable-local-keyservice",
      "keyservice",
    ],
    texts: {
      "input-type":
        "currently ini, json, yaml, dotenv and binary are supported. If not set, sops will use the file's extension to determine the type",
      "output-type":
        "currently ini, json, yaml, dotenv and binary are supported. If not set, sops will use the input file's extension to determine the output format",
    },
  },
  publish: {
    summary: "Publish sops file or directory to a configured destination",
    words: "file",
    flags: [
      "yes",
      "omit-extensions",
      "recursive",
      "verbose",
      "decryption-order",
      "enable-local-keyservice",
      "keyservice",
    ],
  },
  filestatus: {
    summary: "check the status of the file, returning encryption status",
    words: "file",
    flags: ["input-type"],
    texts: {
      "input-type":
        "currently ini, json, yaml, dotenv and binary are supported. If not set, sops will use the file's extension to determine the type",
    },
  },
  keyservice: {
    summary: "start a SOPS key service server",
    words: "[arguments...]",
    flags: ["network", "address", "prompt", "verbose"],
  },
  completion: {
    summary: "Generate shell completion scripts",
    words: "[arguments...]",
    flags: ["help"],
    commands: ["bash", "zsh"],
  },
  "completion bash": {
    summary: "Generate bash completions. To load completions: `$ source <(sops completion bash)`",
    words: "[arguments...]",
    flags: [],
  },
  "completion zsh": {
    summary: "Generate zsh completions. To load completions: `$ source <(sops completion zsh)`",
    words: "[arguments...]",
    flags: [],
  },
  help: { summary: "Shows a list of commands or help for one command", words: "[command]", flags: [] },
};

/** What sops says of a flag, in most commands or in all. */
export const flagTexts: Readonly<Partial<Record<FlagName, string>>> = {
  decrypt: "decrypt a file and output the result to stdout",
  encrypt: "encrypt a file and output the result to stdout",
  rotate: "generate a new data encryption key and reencrypt all values with the new key",
  "disable-version-check": "do not check whether the current version is latest during --version",
  "check-for-updates": "do check whether the current version is latest during --version",
  kms: "comma separated list of KMS ARNs",
  "aws-profile": "The AWS profile to use for requests to AWS",
  "gcp-kms": "comma separated list of GCP KMS resource IDs",
  hckms: "comma separated list of HuaweiCloud KMS key IDs (format: region:key-uuid)",
  "azure-kv": "comma separated list of Azure Key Vault URLs",
  "hc-vault-transit":
    "comma separated list of vault's key URI (e.g. 'https://vault.example.org:8200/v1/transit/keys/dev')",
  pgp: "comma separated list of PGP fingerprints",
  age: "comma separated list of age recipients",
  "in-place": "write output back to the same file instead of stdout",
  extract:
    "extract a specific key or branch from the input document. Decrypt mode only. Example: --extract '[\"somekey\"][0]'",
  "input-type":
    "currently json, yaml, dotenv, ini and binary are supported. If not set, sops will use the file's extension to determine the type",
  "output-type":
    "currently json, yaml, dotenv, ini and binary are supported. If not set, sops will use the input file's extension to determine the output format",
  "show-master-keys": "display master encryption keys in the file during editing",
  "add-gcp-kms":
    "add the provided comma-separated list of GCP KMS key resource IDs to the list of master keys on the given file",
  "rm-gcp-kms":
    "remove the provided comma-separated list of GCP KMS key resource IDs from the list of master keys on the given file",
  "add-hckms":
    "add the provided comma-separated list of HuaweiCloud KMS key IDs (format: region:key-uuid) to the list of master keys on the given file",
  "rm-hckms":
    "remove the provided comma-separated list of HuaweiCloud KMS key IDs (format: region:key-uuid) from the list of master keys on the given file",
  "add-azure-kv":
    "add the provided comma-separated list of Azure Key Vault key URLs to the list of master keys on the given file",
  "rm-azure-kv":
    "remove the provided comma-separated list of Azure Key Vault key URLs from the list of master keys on the given file",
  "add-kms": "add the provided comma-separated list of KMS ARNs to the list of master keys on the given file",
  "rm-kms": "remove the provided comma-separated list of KMS ARNs from the list of master keys on the given file",
  "add-hc-vault-transit":
    "add the provided comma-separated list of Vault's URI key to the list of master keys on the given file ( eg. https://vault.example.org:8200/v1/transit/keys/dev)",
  "rm-hc-vault-transit":
    "remove the provided comma-separated list of Vault's URI key from the list of master keys on the given file ( eg. https://vault.example.org:8200/v1/transit/keys/dev)",
  "add-age":
    "add the provided comma-separated list of age recipients fingerprints to the list of master keys on the given file",
  "rm-age": "remove the provided comma-separated list of age recipients from the list of master keys on the given file",
  "add-pgp": "add the provided comma-separated list of PGP fingerprints to the list of master keys on the given file",
  "rm-pgp":
    "remove the provided comma-separated list of PGP fingerprints from the list of master keys on the given file",
  "ignore-mac": "ignore Message Authentication Code during decryption",
  "mac-only-encrypted": "compute MAC only over values which end up encrypted",
  "unencrypted-suffix": "override the unencrypted key suffix.",
  "encrypted-suffix":
    "override the encrypted key suffix. When empty, all keys will be encrypted, unless otherwise marked with unencrypted-suffix.",
  "unencrypted-regex":
    "set the unencrypted key regex. When specified, only keys matching the regex will be left unencrypted.",
  "encrypted-regex": "set the encrypted key regex. When specified, only keys matching the regex will be encrypted.",
  "unencrypted-comment-regex":
    "set the unencrypted comment suffix. When specified, only keys that have comment matching the regex will be left unencrypted.",
  "encrypted-comment-regex":
    "set the encrypted comment suffix. When specified, only keys that have comment matching the regex will be encrypted.",
  config: "path to sops' config file. If set, sops will not search for the config file recursively.",
  "encryption-context": "comma separated list of KMS encryption context key:value pairs",
  set: 'set a specific key or branch in the input document. value must be a json encoded string. (edit mode only). eg. --set \'["somekey"][0] {"somevalue":true}\'',
  "shamir-secret-sharing-threshold": "the number of master keys required to retrieve the data key with shamir",
  indent: "the number of spaces to indent YAML or JSON encoded file",
  verbose: "Enable verbose logging output",
  output: "Save the output after decryption to the file specified",
  "filename-override":
    "Use this filename instead of the provided argument for loading configuration, and for determining input type and output type",
  "decryption-order": "comma separated list of decryption key types",
  "enable-local-keyservice": "use local key service",
  keyservice:
    "Specify the key services to use in addition to the local one. Can be specified more than once. Syntax: protocol://address. Example: tcp://myserver.com:5000",
  help: "show help",
  version: "print the version",
  "value-file":
    "treat 'value' as a file to read the actual value from (avoids leaking secrets in process listings). Mutually exclusive with --value-stdin",
  "value-stdin":
    "read the value from stdin; the 'value' argument to 'set' is not needed in this case (avoids leaking secrets in process listings). Mutually exclusive with --value-file",
  idempotent: "do nothing if the given index already has the given value",
  yes: "pre-approve all changes and run non-interactively",
  file: "the file to add the group to",
  background: "background the process and don't wait for it to complete (DEPRECATED)",
  pristine: "insert only the decrypted values into the environment without forwarding existing environment variables",
  user: "the user to run the command as",
  "same-process": "run command in the current process instead of in a child process",
  "no-fifo": "use a regular file instead of a fifo to temporarily hold the decrypted contents",
  filename: "filename for the temporary file (default: tmp-file)",
  "omit-extensions": "Omit file extensions in destination path when publishing sops file to configured destinations",
  recursive: "If the source path is a directory, publish all its content recursively",
  network: "network to listen on, e.g. 'tcp' or 'unix'",
  address: "address to listen on, e.g. '127.0.0.1:5000' or '/tmp/sops.sock'",
  prompt: "Prompt user to confirm every incoming request",
};

/** What stands under USAGE on the program's page: our own words, where sops explains its environment variables. */
export const programUsage: readonly string[] = [
  "sops [flags] COMMAND [command options] [arguments...]",
  "   sops [flags] FILE",
  "",
  "   The variables that name keys and identities are listed by: sops-ts --help",
  "",
];
