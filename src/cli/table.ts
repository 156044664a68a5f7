import { check } from "./check-table.ts";
import type { CommandEntry, FlagSection } from "./command-entry.ts";
import { flag, flags, type FlagEntry, type FlagName } from "./flag-table.ts";
import { nixosCommands } from "./nixos-table.ts";

export type { CommandEntry, FlagSection } from "./command-entry.ts";

const masterKeys: FlagSection = {
  title: "Master keys, several with commas between them (without any: those of .sops.yaml)",
  flags: flags(
    "age",
    "pgp",
    "kms",
    "gcp-kms",
    "azure-kv",
    "hc-vault-transit",
    "hckms",
    "aws-profile",
    "encryption-context",
    "shamir-secret-sharing-threshold",
  ),
};

const keyChanges: FlagSection = {
  title: "Changes to the master keys, several with commas between them",
  flags: flags(
    "add-age",
    "rm-age",
    "add-pgp",
    "rm-pgp",
    "add-kms",
    "rm-kms",
    "add-gcp-kms",
    "rm-gcp-kms",
    "add-azure-kv",
    "rm-azure-kv",
    "add-hc-vault-transit",
    "rm-hc-vault-transit",
    "add-hckms",
    "rm-hckms",
  ),
};

const selection: FlagSection = {
  title: "Which values are encrypted (one rule at most)",
  flags: flags("encrypted-regex", "unencrypted-regex", "encrypted-suffix", "unencrypted-suffix"),
};

const keyServices = flags("enable-local-keyservice", "keyservice");
const thresholdWithoutEffect = flag("shamir-secret-sharing-threshold", { help: "accepted, without effect" });
const extractExample = `'["db"]["password"]'`;

const encrypt: CommandEntry = {
  name: "encrypt",
  summary: "encrypt a file",
  words: "[FILE]",
  details: [
    "Prints the encrypted file, or writes it with -i or --output. Without FILE it reads standard input; " +
      "--filename-override then says which format it is.",
    "Keys come from the flags below or their environment variables; without any, from the first creation rule " +
      "of .sops.yaml that fits the file's path.",
    "Anyone can encrypt: no identity is needed. To change an encrypted file, use edit, set or unset.",
  ],
  examples: [
    { line: "sops-ts encrypt -i --age age1… secrets.yaml", does: "encrypt a file in place for one recipient" },
    {
      line: "sops-ts encrypt secrets.yaml --output secrets.enc.yaml",
      does: "keys from .sops.yaml, result in a new file",
    },
    { line: "sops-ts encrypt --encrypted-regex '^(data|stringData)$' -i k8s.yaml", does: "only the values below data" },
    { line: "make-secrets | sops-ts encrypt --filename-override s.json", does: "encrypt standard input as JSON" },
  ],
  sections: [
    { title: "Output", flags: flags("in-place", "output", "output-type", "input-type", "filename-override") },
    masterKeys,
    selection,
    { title: "Key services", flags: keyServices },
  ],
  fromProgram: ["encrypt", "encrypted-comment-regex", "unencrypted-comment-regex"],
  warnsOfFurtherWords: true,
};

const decrypt: CommandEntry = {
  name: "decrypt",
  summary: "decrypt a file, or one value of it",
  words: "[FILE]",
  details: [
    "Prints the plain file, or writes it with -i or --output. Without FILE it reads standard input, as binary unless " +
      "--filename-override or --input-type and --output-type say otherwise.",
    "Identities are looked for in $SOPS_AGE_KEY_FILE, $SOPS_AGE_KEY, $SOPS_AGE_KEY_CMD, ~/.config/sops/age/keys.txt and " +
      "~/.ssh. When none fits, the message says which places had what.",
  ],
  examples: [
    { line: "sops-ts decrypt secrets.yaml", does: "print the plain file" },
    { line: `sops-ts decrypt --extract ${extractExample} secrets.yaml`, does: "print one value" },
    { line: "sops-ts decrypt --output-type dotenv secrets.yaml", does: "print it in another format" },
    { line: "sops-ts decrypt -i secrets.yaml", does: "replace the file by its plain form" },
  ],
  sections: [
    {
      title: "Output",
      flags: flags("extract", "in-place", "output", "output-type", "input-type", "filename-override"),
    },
    { title: "Recovering the data key", flags: [...flags("decryption-order", "ignore-mac"), ...keyServices] },
  ],
  fromProgram: ["decrypt"],
  warnsOfFurtherWords: true,
};

const edit: CommandEntry = {
  name: "edit",
  summary: "edit a file in your editor, encrypted before and after",
  words: "FILE",
  details: [
    "The editor is $SOPS_EDITOR, else $EDITOR, else vim, nano or vi. Values that you don't touch keep their ciphertext. " +
      "A file that does not exist starts with an example; keys and rules for it come from the flags below or .sops.yaml.",
    "Meanwhile the plain text lies in a directory that only you can read, in memory: in $TMPDIR if that is a memory file system, else " +
      "in $XDG_RUNTIME_DIR or /dev/shm; only without any of them on the disk, in $TMPDIR. It is gone afterwards, whatever ends the " +
      "editor. What you saved there and could not be encrypted or written is kept, encrypted, and the message says where.",
  ],
  examples: [
    { line: "sops-ts edit secrets.yaml", does: "edit a file, or make a new one" },
    { line: "EDITOR='code --wait' sops-ts edit secrets.yaml", does: "use another editor" },
  ],
  sections: [
    { title: "Editing", flags: flags("show-master-keys", "ignore-mac", "input-type", "output-type") },
    { ...masterKeys, title: "Master keys of a new file (without any: those of .sops.yaml)" },
    selection,
    { title: "Recovering the data key", flags: [...flags("decryption-order"), ...keyServices] },
  ],
  fromProgram: ["encrypted-comment-regex", "unencrypted-comment-regex"],
  warnsOfFurtherWords: true,
};

const set: CommandEntry = {
  name: "set",
  summary: "set one value of an encrypted file",
  words: "FILE PATH VALUE",
  details: [
    'PATH names the value, such as \'["db"]["hosts"][0]\'. VALUE is JSON: a text needs its own double quotes. Missing keys ' +
      "on the way are made; an index past the end of a list appends.",
    "Other users can see the command lines of running programs: give secrets with --value-stdin or --value-file.",
  ],
  examples: [
    { line: `sops-ts set secrets.yaml ${extractExample} '"new"'`, does: "set a string" },
    {
      line: `sops-ts set secrets.yaml '["db"]' '{"user": "app", "ports": [5432]}'`,
      does: "set a mapping",
    },
    {
      line: `generate-json | sops-ts set --value-stdin secrets.yaml ${extractExample}`,
      does: "set what another program prints, unseen by other users",
    },
  ],
  sections: [
    { title: "The value", flags: flags("value-stdin", "value-file", "idempotent") },
    { title: "Formats", flags: flags("input-type", "output-type") },
    {
      title: "Recovering the data key",
      flags: [...flags("decryption-order", "ignore-mac"), ...keyServices, thresholdWithoutEffect],
    },
  ],
};

const unset: CommandEntry = {
  name: "unset",
  summary: "remove one value of an encrypted file",
  words: "FILE PATH",
  details: ['PATH names the value, such as \'["db"]["hosts"][0]\'. What is below it goes with it.'],
  examples: [
    { line: `sops-ts unset secrets.yaml ${extractExample}`, does: "remove a value" },
    { line: `sops-ts unset --idempotent secrets.yaml '["old"]'`, does: "remove it if it is there" },
  ],
  sections: [
    {
      title: "The value",
      flags: [flag("idempotent", { help: "succeed when there is no such value" })],
    },
    { title: "Formats", flags: flags("input-type", "output-type") },
    {
      title: "Recovering the data key",
      flags: [...flags("decryption-order", "ignore-mac"), ...keyServices, thresholdWithoutEffect],
    },
  ],
};

const rotate: CommandEntry = {
  name: "rotate",
  summary: "give a file a new data key, and add or remove master keys",
  words: "FILE",
  details: [
    "FILE may be a directory, or a pattern such as 'hosts/**/*.yaml', with -i: all encrypted files in it are listed, one question is " +
      "asked, and when one file fails the others are rotated all the same.",
    "All values are encrypted anew. Added keys join the first key group; removed keys leave all groups.",
    "Who could read the file before still has its old versions, in git for instance: change the secrets themselves too.",
  ],
  examples: [
    { line: "sops-ts rotate -i secrets.yaml", does: "a new data key for the same master keys" },
    { line: "sops-ts rotate -i --rm-age age1… secrets.yaml", does: "take a recipient away" },
  ],
  sections: [
    { title: "Output", flags: flags("in-place", "yes", "output", "output-type", "input-type", "filename-override") },
    { ...keyChanges, flags: [...keyChanges.flags, flag("encryption-context")] },
    { title: "Recovering the data key", flags: [...flags("decryption-order"), ...keyServices] },
  ],
  fromProgram: ["rotate", "aws-profile", "ignore-mac"],
  warnsOfFurtherWords: true,
};

const updatekeys: CommandEntry = {
  name: "updatekeys",
  summary: "give files the master keys that .sops.yaml names for them",
  words: "PATH…",
  details: [
    "Shows what would change and asks, for each file. Of a directory, or a pattern such as 'hosts/**/*.yaml', all encrypted files are " +
      "taken: it then shows all changes, asks once, and when one file fails the others are updated all the same. The data key and all values stay as they are; rotate gives a file a new data key.",
  ],
  examples: [
    { line: "sops-ts updatekeys secrets.yaml", does: "after a change in .sops.yaml" },
    { line: "sops-ts updatekeys -y *.enc.yaml", does: "bring several files up to date without questions" },
    { line: "sops-ts updatekeys secrets/", does: "all encrypted files below a directory, with one question" },
    { line: "sops-ts updatekeys --check .", does: "say which files are out of date" },
  ],
  sections: [
    { title: "Update", flags: flags("yes", "check", "input-type") },
    { title: "Key services", flags: keyServices },
  ],
};

/** The flag that names keys of a new group: one at a time, given as often as needed, never by a variable. */
function repeatedKeyFlag(name: FlagName): FlagEntry {
  const { placeholder = "", help } = flag(name);
  return { name, kind: "list", placeholder: placeholder.replace(/S$/, ""), help: `${help}; may be repeated` };
}

const groups: CommandEntry = {
  name: "groups",
  summary: "add or delete a key group of a file",
  words: "add|delete",
  details: [
    "The master keys of a group each open the group's share of the data key. With several groups, as many shares are " +
      "needed as the threshold says (Shamir's secret sharing).",
  ],
  examples: [],
  sections: [],
  commands: [
    {
      name: "groups add",
      summary: "add a key group to a file",
      words: "",
      details: [
        "The data key is split anew among all groups. Values stay as they are. Prints the file, or writes it with -i.",
      ],
      examples: [
        {
          line: "sops-ts groups add -i -f secrets.yaml --age age1… --shamir-secret-sharing-threshold 2",
          does: "a second group, both needed",
        },
      ],
      sections: [
        {
          title: "File",
          flags: flags("file", "in-place", "shamir-secret-sharing-threshold"),
        },
        {
          title: "Master keys of the new group",
          flags: [
            ...(["age", "pgp", "kms", "gcp-kms", "azure-kv", "hc-vault-transit", "hckms"] as const).map(
              repeatedKeyFlag,
            ),
            ...flags("aws-profile", "encryption-context"),
          ],
        },
        { title: "Key services", flags: keyServices },
      ],
    },
    {
      name: "groups delete",
      summary: "delete a key group of a file",
      words: "INDEX",
      details: [
        "INDEX counts from 0. The data key is split anew among the groups that stay. Prints the file, or writes it with -i.",
      ],
      examples: [{ line: "sops-ts groups delete -i -f secrets.yaml 1", does: "delete the second group" }],
      sections: [
        { title: "File", flags: flags("file", "in-place", "shamir-secret-sharing-threshold") },
        { title: "Key services", flags: keyServices },
      ],
    },
  ],
};

const execEnv: CommandEntry = {
  name: "exec-env",
  summary: "run a command with a file's values in its environment",
  words: "FILE COMMAND",
  details: [
    "Each top-level entry of FILE becomes a variable. COMMAND is one word for the shell. Its exit status becomes that of " +
      "sops-ts, which passes signals on to it.",
    "--same-process gives the command the very place of sops-ts in Node 22.15 and later; before, sops-ts stays, passes everything " +
      "on and ends as the command ends.",
  ],
  examples: [
    { line: "sops-ts exec-env secrets.env './deploy --now'", does: "run with the file's variables" },
    { line: `sops-ts exec-env secrets.yaml 'psql "$database_url"'`, does: "use one of them on the command line" },
  ],
  sections: [
    { title: "The command", flags: flags("pristine", "user", "same-process", "background") },
    { title: "Recovering the data key", flags: [...flags("decryption-order"), ...keyServices] },
  ],
  fromProgram: ["input-type", "ignore-mac"],
};

const execFile: CommandEntry = {
  name: "exec-file",
  summary: "run a command with the path of a temporary plain file",
  words: "FILE COMMAND",
  details: [
    "COMMAND is one word for the shell; {} in it becomes the path. Its exit status becomes that of sops-ts. The file is a " +
      "named pipe that can be read once, unless --no-fifo is given; it is gone afterwards. A file lies in memory where that can " +
      "be, as with edit; a pipe, which stores nothing, is in $TMPDIR.",
  ],
  examples: [
    { line: "sops-ts exec-file kubeconfig.yaml 'kubectl --kubeconfig {} get pods'", does: "use a secret file" },
    { line: "sops-ts exec-file --no-fifo tls.key 'nginx-check {}'", does: "for a program that reads it twice" },
  ],
  sections: [
    { title: "The file", flags: flags("no-fifo", "filename", "input-type", "output-type") },
    { title: "The command", flags: flags("user", "background") },
    { title: "Recovering the data key", flags: [...flags("decryption-order"), ...keyServices] },
  ],
  fromProgram: ["ignore-mac"],
};

const publish: CommandEntry = {
  name: "publish",
  summary: "send a file or directory to the destination that .sops.yaml names",
  words: "PATH",
  details: ["Shows where each file goes and asks. Destinations are S3, GCS and Vault, by the rules of .sops.yaml."],
  examples: [{ line: "sops-ts publish -y --recursive secrets/", does: "publish all files of a directory" }],
  sections: [
    { title: "Publishing", flags: flags("yes", "recursive", "omit-extensions", "verbose") },
    { title: "Recovering the data key", flags: [...flags("decryption-order"), ...keyServices] },
  ],
  warnsOfFurtherWords: true,
};

const keyservice: CommandEntry = {
  name: "keyservice",
  summary: "serve this machine's keys to other machines",
  words: "",
  details: ["There is neither authentication nor encryption: serve a socket, or through a tunnel."],
  examples: [{ line: "sops-ts keyservice --net unix --addr /tmp/sops.sock", does: "serve on a socket" }],
  sections: [{ title: "Serving", flags: flags("network", "address", "prompt", "verbose") }],
};

const filestatus: CommandEntry = {
  name: "filestatus",
  summary: "say whether a file is encrypted, as JSON",
  words: "FILE",
  details: ['Prints {"encrypted":true} or {"encrypted":false}. No identity is needed.'],
  examples: [{ line: "sops-ts filestatus secrets.yaml | grep true", does: "check before committing" }],
  sections: [{ title: "Format", flags: flags("input-type") }],
};

const completion: CommandEntry = {
  name: "completion",
  summary: "print a script that completes commands and flags in your shell",
  words: "bash|zsh|fish",
  details: [],
  examples: [
    {
      line: "source <(sops-ts completion bash)",
      does: "in ~/.bashrc; where sops is an alias of sops-ts, behind the alias",
    },
    { line: "source <(sops-ts completion zsh)", does: "in ~/.zshrc, behind compinit" },
    { line: "sops-ts completion fish > ~/.config/fish/completions/sops-ts.fish", does: "once, for fish" },
  ],
  sections: [],
  commands: (["bash", "zsh", "fish"] as const).map((shell) => ({
    name: `completion ${shell}`,
    summary: `print the script for ${shell}`,
    words: "",
    details: [],
    examples: [],
    sections: [],
  })),
};

const help: CommandEntry = {
  name: "help",
  summary: "show help, of a command when one is named",
  words: "[COMMAND]",
  details: [],
  examples: [],
  sections: [],
};

/** Flags that hold for every command and stand before it: where the settings are, how output looks, what is logged. */
export const globalFlagNames = [
  "config",
  "indent",
  "mac-only-encrypted",
  "verbose",
  "check-for-updates",
  "disable-version-check",
] as const satisfies readonly FlagName[];

/** The program itself: its flags, and the form without a command that sops had before it had commands. */
export const program: CommandEntry = {
  name: "",
  summary: "encrypted YAML, JSON, dotenv, INI and other files that live in git",
  words: "COMMAND [flags] [FILE]\n       sops-ts [flags] FILE",
  details: [
    "Reads and writes the files of sops, and takes its commands, flags and variables. Keys to encrypt for come from " +
      ".sops.yaml or flags; identities to decrypt with from your key files, see Environment.",
    "Flags of a command may stand before or after its file. Without a command, flags stand before the file: -e, -d and -r " +
      "encrypt, decrypt and rotate it; without any of them it is edited.",
  ],
  examples: [
    { line: "sops-ts edit secrets.yaml", does: "edit a file, or make a new one" },
    { line: "sops-ts encrypt -i --age age1… secrets.yaml", does: "encrypt a file for one recipient" },
    { line: "sops-ts decrypt secrets.yaml", does: "print it in clear" },
    { line: `sops-ts decrypt --extract ${extractExample} secrets.yaml`, does: "print one value" },
    { line: "sops-ts exec-env secrets.env ./server", does: "run a program with the file's values as variables" },
    { line: "sops-ts -d -i secrets.yaml", does: "the form without a command" },
  ],
  sections: [
    { title: "Flags for every command, to be written before it", flags: flags("config", "indent", "verbose") },
    {
      title: "Without a command: what to do with FILE (none of these: edit it)",
      flags: flags("encrypt", "decrypt", "rotate", "set", "extract", "show-master-keys"),
    },
    { title: "Files", flags: flags("in-place", "output", "input-type", "output-type", "filename-override") },
    masterKeys,
    {
      ...selection,
      flags: [
        ...selection.flags,
        ...flags("encrypted-comment-regex", "unencrypted-comment-regex", "mac-only-encrypted"),
      ],
    },
    keyChanges,
    { title: "Recovering the data key", flags: [...flags("decryption-order", "ignore-mac"), ...keyServices] },
    { title: "Version", flags: flags("version", "check-for-updates", "disable-version-check") },
  ],
  warnsOfFurtherWords: true,
  commands: [
    encrypt,
    decrypt,
    edit,
    set,
    unset,
    rotate,
    updatekeys,
    groups,
    execEnv,
    execFile,
    publish,
    filestatus,
    keyservice,
    completion,
    help,
    check,
    ...nixosCommands,
  ],
};

/** All flags of a command, `--help` among them. */
export function flagsOf(command: CommandEntry): readonly FlagEntry[] {
  return [...command.sections.flatMap((section) => section.flags), flag("help")];
}

/** The command below `parent` that a word chooses. `h` stands for `help`. */
export function findCommand(parent: CommandEntry, word: string): CommandEntry | undefined {
  const wanted = parent === program && word === "h" ? "help" : word;
  return parent.commands?.find((command) => lastWord(command) === wanted);
}

/** The word that chooses a command among its siblings. */
export function lastWord(command: CommandEntry): string {
  return command.name.slice(command.name.lastIndexOf(" ") + 1);
}
