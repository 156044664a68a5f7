import { spawnSync } from "node:child_process";
import { describe, it } from "vitest";

/** The command before another one that then has mounts of its own. */
export const inNamespace = ["unshare", "--mount", "--propagation", "private"] as const;

/** Why no mount namespace can be had here; undefined when one can. */
function whyNone(): string | undefined {
  if (process.getuid?.() !== 0) return "mount namespaces need root";
  const [program, ...words] = inNamespace;
  const attempt = [...words, "mount", "-t", "ramfs", "none", "/mnt"];
  const { status, stderr, error } = spawnSync(program, attempt, { encoding: "utf8" });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : `no mount namespace: ${stderr.trim()}`;
}

/**
 * A `describe` whose tests may mount what they like in a namespace of their own. Where there is none, as for ordinary users and
 * in most containers, they are skipped, and the reason is printed.
 */
export function describeWithNamespaces(title: string, body: () => void): void {
  const reason = whyNone();
  if (reason === undefined) return void describe(title, body);
  describe(title, () => {
    console.warn(`skipped: ${title}: ${reason}`);
    it("runs in a mount namespace", (context) => context.skip(reason));
  });
}

/**
 * The command before another one that then finds the files of a folder in a folder of `/etc`, whatever the host has there.
 *
 * @param name - of the folder in `/etc`
 * @param files - the folder whose files it has
 * @param spare - an empty folder, where the host's own `/etc` is then
 */
export function withFolderInEtc(name: string, files: string, spare: string): readonly [string, ...string[]] {
  const script = [
    'name=$1 files=$2 spare=$3; shift 3; mount --bind /etc "$spare" && mount -t tmpfs none /etc || exit 99',
    'for path in "$spare"/*; do [ "${path##*/}" = "$name" ] || ln -s "$path" /etc/; done',
    'cp -r "$files" "/etc/$name" && exec "$@"',
  ].join("\n");
  return [...inNamespace, "sh", "-c", script, "sh", name, files, spare];
}
