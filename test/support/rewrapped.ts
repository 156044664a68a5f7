import { literally } from "./file-lines.ts";

/**
 * Matches a YAML file whose data key was wrapped anew, each group a list of age recipients: values, time, MAC and version are
 * as before, to the byte.
 *
 * @param threshold - what the file says afterwards; default: nothing
 */
export function rewrapped(before: string, groups: readonly (readonly string[])[], threshold?: number): RegExp {
  const metadata = before.indexOf("sops:\n") + "sops:\n".length;
  const end = before
    .slice(before.indexOf("    lastmodified: "))
    .replace(/ {4}shamir_threshold: .*\n/, "")
    .replace("    unencrypted_suffix", `${threshold === undefined ? "" : `    shamir_threshold: ${threshold}\n`}$&`);
  return new RegExp(`^${literally(before.slice(0, metadata))}${groupsLayout(groups)}${literally(end)}$`);
}

function groupsLayout(groups: readonly (readonly string[])[]): string {
  const [only, ...others] = groups;
  if (only !== undefined && others.length === 0) return `    age:\n${keysLayout(only, " ".repeat(8))}`;
  const lists = groups.map(
    (keys) => `        - age:\n${keysLayout(keys, " ".repeat(12))}          hc_vault: ${literally("[]")}\n`,
  );
  return `    key_groups:\n${lists.join("")}`;
}

function keysLayout(recipients: readonly string[], indentation: string): string {
  return recipients
    .map((key) => `${indentation}- enc: \\|\n(?:${indentation}    .*\n)+${indentation}  recipient: ${key}\n`)
    .join("");
}
