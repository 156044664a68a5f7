import type { CommandEntry } from "./command-entry.ts";
import { flags } from "./flag-table.ts";

/** The command `check`, which sops does not have. */
export const check: CommandEntry = {
  name: "check",
  summary: "check that a repository's secrets are encrypted as .sops.yaml says",
  words: "[PATH…]",
  heading: "For repositories",
  mistakeExitCode: 2,
  details: [
    "No private key is needed. Every file that the path_regex of a creation rule names must be encrypted; every encrypted file must " +
      "have the master keys, threshold and selection rule of its rule, whole metadata and envelopes, and nothing in clear that " +
      "should be encrypted. A rule without path_regex is held against the files that are encrypted, and asks no other to be.",
    "Without PATH all files in the directory of .sops.yaml and below are checked. .sops.yaml itself, .git, node_modules, empty " +
      "files and symbolic links are skipped.",
    "With --manifest and --host-key it says instead whether a host can read all secrets that a manifest of sops-nix names.",
    "Exit status: 0 when all is well, 1 when something was found, 2 when the check could not be made.",
  ],
  examples: [
    { line: "sops-ts check", does: "check a repository" },
    { line: "sops-ts check --staged", does: "before a commit: what git has staged" },
    { line: "sops-ts check --format github", does: "in a workflow: annotations at the lines of a pull request" },
    { line: "sops-ts check --mac secrets/", does: "compare the MACs too, as far as your identities open the files" },
    {
      line: 'sops-ts check --manifest manifest.json --host-key "$(cat homelab1.pub)"',
      does: "can this host read its secrets",
    },
  ],
  sections: [
    { title: "What is checked", flags: flags("staged", "mac", "manifest", "host-key") },
    { title: "Output", flags: flags("format") },
  ],
};
