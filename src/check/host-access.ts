import type { Branch } from "../core/tree.ts";
import { describeKey } from "../core/master-key.ts";
import type { KeyGroup, MasterKey, Metadata } from "../core/metadata.ts";
import { messageOf, SopsError } from "../errors.ts";
import { recipientOfSshKey } from "../keys/age/ssh-conversion.ts";
import { parseSshPublicKey } from "../keys/age/ssh-public-key.ts";
import type { KeyContext } from "../keys/key-source.ts";
import { pgpFingerprintOfRsaKey } from "../keys/pgp/rsa-key-block.ts";
import { loadKeySource } from "../keys/registry.ts";
import type { Manifest, ManifestSecret } from "../nixos/manifest.ts";
import { valueAtKey } from "../nixos/value-at-key.ts";
import { type Platform, PlatformError } from "../platform/platform.ts";
import { isFormat } from "../stores/format.ts";
import { loadEncrypted } from "../stores/metadata-placement.ts";
import { loadStore } from "../stores/registry.ts";
import type { Format } from "../stores/store.ts";
import type { Fault } from "./fault.ts";

/**
 * The recipients that a host stands for by its public key: itself, and what sops-nix makes of an SSH key: of an ed25519 key the age
 * recipient that ssh-to-age tells, of an RSA key the PGP key that ssh-to-pgp tells.
 *
 * @param publicKey - `age1…`, `ssh-ed25519 …` or `ssh-rsa …`, with or without a comment
 * @throws SopsError `INVALID_MASTER_KEY`
 */
export async function recipientsOfHost(publicKey: string, context: KeyContext): Promise<readonly string[]> {
  const text = publicKey.trim();
  if (text === "") throw new SopsError("INVALID_MASTER_KEY", "the host's key is empty");
  if (!text.startsWith("ssh-")) {
    const source = await loadKeySource("age", {});
    return (await source.parse(text, context)).map(recipientOf);
  }
  const key = parseSshPublicKey(text);
  if (typeof key === "string") {
    throw new SopsError("INVALID_MASTER_KEY", `the host's key is not an SSH public key: ${key}`, {
      hint: "Take it from /etc/ssh/ssh_host_ed25519_key.pub, or from ssh-keyscan without the host's name.",
    });
  }
  const own = withoutComment(text);
  return [
    own,
    key.type === "ssh-ed25519" ? await recipientOfSshKey(key.point) : (await pgpFingerprintOfRsaKey(key)).toUpperCase(),
  ];
}

/**
 * Whether a host can read all secrets that a manifest names, by the recipients of their files: each file must be there, be
 * encrypted for the host, and hold the secret's key.
 */
export async function checkManifest(
  manifest: Manifest,
  recipients: readonly string[],
  platform: Platform,
): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const secrets of byFileAndFormat(manifest).values()) {
    faults.push(...(await checkSecretsOfFile(secrets, recipients, platform)));
  }
  return faults;
}

function byFileAndFormat({ secrets }: Manifest): Map<string, [ManifestSecret, ...ManifestSecret[]]> {
  const groups = new Map<string, [ManifestSecret, ...ManifestSecret[]]>();
  for (const secret of secrets) {
    const place = JSON.stringify([secret.sopsFile, formatOf(secret)]);
    const group = groups.get(place);
    if (group === undefined) groups.set(place, [secret]);
    else group.push(secret);
  }
  return groups;
}

/** A format that the manifest does not name, or that is none, is YAML, as for the installation. */
function formatOf({ format }: ManifestSecret): Format {
  return isFormat(format) ? format : "yaml";
}

async function checkSecretsOfFile(
  secrets: readonly [ManifestSecret, ...ManifestSecret[]],
  recipients: readonly string[],
  platform: Platform,
): Promise<readonly Fault[]> {
  const [{ sopsFile: file }] = secrets;
  const names = secrets.map(({ name }) => name).join(", ");
  const format = formatOf(secrets[0]);
  try {
    const store = await loadStore(format);
    const { branches, metadata } = loadEncrypted(store.encryptedForm ?? store, await platform.readFile(file));
    const missing = secrets.flatMap((secret) => keyFaults(secret, branches[0], format));
    return opensWith(metadata, recipients) ? missing : [noAccess(file, names, recipients, metadata), ...missing];
  } catch (error) {
    if (error instanceof PlatformError) {
      return [{ kind: "missing", file, message: `the file of ${names} cannot be read: ${error.message}` }];
    }
    if (!(error instanceof SopsError)) throw error;
    const kind = error.code === "METADATA_NOT_FOUND" ? "not-encrypted" : "unreadable";
    return [
      { kind, file, message: `the file of ${names} is no encrypted ${format}: ${error.message}`, hint: error.hint },
    ];
  }
}

/** Only YAML and JSON have single values that secrets are taken from. */
function keyFaults({ name, key, sopsFile }: ManifestSecret, document: Branch | undefined, format: Format): Fault[] {
  if (key === "" || document === undefined || (format !== "yaml" && format !== "json")) return [];
  try {
    valueAtKey(document, key);
    return [];
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    const { hint } = error;
    return [
      { kind: "missing", file: sopsFile, message: `secret ${name} is not in the file: ${messageOf(error)}`, hint },
    ];
  }
}

/** Whether the holder of these recipients' identities has a key of as many groups as are needed. */
function opensWith({ keyGroups, shamirThreshold }: Metadata, recipients: readonly string[]): boolean {
  const opened = keyGroups.filter((group) => hasRecipient(group, recipients)).length;
  const needed = keyGroups.length === 1 ? 1 : shamirThreshold || keyGroups.length;
  return opened >= needed;
}

function hasRecipient(group: KeyGroup, recipients: readonly string[]): boolean {
  return group.some((key) => {
    if (key.kind === "age") return recipients.includes(withoutComment(key.recipient));
    return key.kind === "pgp" && recipients.includes(key.fingerprint.toUpperCase());
  });
}

function noAccess(file: string, names: string, recipients: readonly string[], { keyGroups }: Metadata): Fault {
  const several = keyGroups.length > 1 ? ` (it has ${keyGroups.length} key groups)` : "";
  return {
    kind: "no-access",
    file,
    message: `the host cannot read ${names}: the file is not encrypted for ${recipients.join(" or ")}${several}`,
    hint: "Add the host's recipient to the file's rule in .sops.yaml, then run: sops-ts updatekeys FILE",
  };
}

function recipientOf(key: MasterKey): string {
  return key.kind === "age" ? key.recipient : describeKey(key);
}

/** SSH keys are compared without what stands behind them. */
function withoutComment(recipient: string): string {
  return recipient.startsWith("ssh-") ? recipient.split(/\s+/).slice(0, 2).join(" ") : recipient;
}
