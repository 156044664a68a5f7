import type { CommandEntry } from "./command-entry.ts";
import { flag, flags } from "./flag-table.ts";

/*
 * Commands that sops does not have: what a NixOS user needs beside it. Each takes the flags of the program that it replaces.
 */

const heading = "NixOS";

const ageKeygen: CommandEntry = {
  name: "age-keygen",
  summary: "make an age key, or print the recipients of one",
  words: "[FILE]",
  heading,
  details: [
    "Stands in for age-keygen and rage-keygen. The identity is secret: keep it in a file that only you can read. The " +
      "recipient may be shown to all. A file that exists is never overwritten.",
  ],
  examples: [
    { line: "sops-ts age-keygen -o ~/.config/sops/age/keys.txt", does: "a key that sops-ts then finds by itself" },
    { line: "sops-ts age-keygen -y keys.txt", does: "print the recipients of the identities in a file" },
  ],
  sections: [
    {
      title: "Key",
      flags: [
        flag("output", { alias: "o", help: "write to FILE, which must not exist, with mode 0600" }),
        ...flags("y", "pq"),
      ],
    },
    { title: "Version", flags: [flag("version")] },
  ],
  flagsFirst: { mistakeExitCode: 2 },
};

const sshToAge: CommandEntry = {
  name: "ssh-to-age",
  summary: "convert ed25519 SSH keys to age keys",
  words: "",
  heading,
  details: [
    "Stands in for ssh-to-age. Reads public keys: .pub files, authorized_keys, known_hosts, and what ssh-keyscan and " +
      "ssh-add -L print. Keys of other types are skipped.",
    "With --private-key it reads one private key and writes an identity; the passphrase of a protected key comes from " +
      "standard input with --stdinpass, or from $SSH_TO_AGE_PASSPHRASE.",
  ],
  examples: [
    { line: "ssh-keyscan homelab1 | sops-ts ssh-to-age", does: "the recipient of another machine" },
    { line: "sops-ts ssh-to-age -i /etc/ssh/ssh_host_ed25519_key.pub", does: "the recipient of this machine" },
    {
      line: "sops-ts ssh-to-age --private-key -i ~/.ssh/id_ed25519 -o keys.txt",
      does: "the identity of your own key",
    },
  ],
  sections: [
    {
      title: "Conversion",
      flags: [
        flag("input"),
        flag("output", { alias: "o", help: "write to FILE (default: standard output); an identity gets mode 0600" }),
        ...flags("private-key", "stdinpass"),
      ],
    },
    { title: "Version", flags: [flag("version")] },
  ],
  flagsFirst: { mistakeExitCode: 2 },
};

const installSecrets: CommandEntry = {
  name: "install-secrets",
  summary: "decrypt the secrets that a manifest of sops-nix names, and install them",
  words: "MANIFEST",
  heading,
  details: [
    "Stands in for sops-install-secrets. Secrets and templates go to a new generation below the manifest's mount point, " +
      "on ramfs unless in user mode; then one link makes all of them live at once, and units are asked to restart.",
    "When anything fails, what was live stays as it was. With --keep-going the secrets that can be installed are.",
  ],
  examples: [
    { line: "sops-ts install-secrets manifest.json", does: "install the secrets of a manifest" },
    {
      line: "sops-ts install-secrets --check-mode sopsfile manifest.json",
      does: "check a manifest and its files without keys",
    },
  ],
  sections: [{ title: "Installation", flags: flags("check-mode", "ignore-passwd", "keep-going") }],
  flagsFirst: { mistakeExitCode: 1 },
};

/** The commands, in the order of the help. */
export const nixosCommands: readonly CommandEntry[] = [ageKeygen, sshToAge, installSecrets];
