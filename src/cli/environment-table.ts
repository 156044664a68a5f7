/** A variable of the environment that is not the value of a flag. */
export interface VariableEntry {
  readonly name: string;
  /** One line. */
  readonly help: string;
}

/** Where identities are looked for, and what else the environment says; the variables of flags stand beside the flags. */
export const variables: readonly VariableEntry[] = [
  { name: "SOPS_AGE_KEY_FILE", help: "a file of age identities, besides ~/.config/sops/age/keys.txt" },
  { name: "SOPS_AGE_KEY", help: "age identities" },
  { name: "SOPS_AGE_KEY_CMD", help: "a command that prints age identities; $SOPS_AGE_RECIPIENT tells it for whom" },
  { name: "SOPS_AGE_SSH_PRIVATE_KEY_FILE", help: "an SSH key, besides ~/.ssh/id_ed25519 and ~/.ssh/id_rsa" },
  { name: "SOPS_AGE_SSH_PRIVATE_KEY_CMD", help: "a command that prints an SSH key" },
  { name: "SOPS_GPG_EXEC", help: "the gpg to use" },
  { name: "SOPS_EDITOR, EDITOR", help: "the editor, with its arguments" },
  { name: "NO_COLOR, TERM=dumb", help: "write without colours" },
];
