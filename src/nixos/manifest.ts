import { decodeUtf8 } from "../bytes.ts";
import { messageOf, SopsError } from "../errors.ts";
import { parseJsonObject } from "../stores/json/parse.ts";
import { ManifestFields } from "./manifest-fields.ts";

/** What to install, as the modules of sops-nix write it down. */
export interface Manifest {
  readonly secrets: readonly ManifestSecret[];
  readonly templates: readonly ManifestTemplate[];
  /** What stands for a secret in templates, by the secret's name. */
  readonly placeholders: ReadonlyMap<string, string>;
  /** The directory of all generations; such as `/run/secrets.d`. */
  readonly store: string;
  /** The link to the live generation; such as `/run/secrets`. */
  readonly link: string;
  /** How many generations stay; 0: all of them. */
  readonly keepGenerations: number;
  /** RSA SSH keys to use as PGP keys. */
  readonly sshKeyPaths: readonly string[];
  /** Empty: none. */
  readonly gnupgHome: string;
  /** A file of age identities, which must exist. Empty: none. */
  readonly ageKeyFile: string;
  /** ed25519 SSH keys to use as age keys; those that cannot be used are reported. */
  readonly ageSshKeyPaths: readonly string[];
  /** tmpfs in place of ramfs. */
  readonly useTmpfs: boolean;
  /** For one user: no mount, no owners, no report of changes; `%r` in paths is the runtime directory. */
  readonly userMode: boolean;
  readonly logging: { readonly keyImport: boolean; readonly secretChanges: boolean };
}

/** What secrets and templates have in common. */
export interface ManifestEntry {
  /** The name below the link; may contain `/`. */
  readonly name: string;
  /** Where it is looked for; another place than the default gets a link. */
  readonly path: string;
  /** Octal digits. */
  readonly mode: string;
  /** A user's name, which goes before `uid`. */
  readonly owner: string | undefined;
  readonly uid: number;
  /** A group's name, which goes before `gid`. */
  readonly group: string | undefined;
  readonly gid: number;
  readonly restartUnits: readonly string[];
  readonly reloadUnits: readonly string[];
}

export interface ManifestSecret extends ManifestEntry {
  /** The keys on the way to the value, with `/` between them; empty: the whole file. */
  readonly key: string;
  readonly sopsFile: string;
  /** Empty and unknown ones mean yaml. */
  readonly format: string;
}

export interface ManifestTemplate extends ManifestEntry {
  readonly content: string;
  /** Where the content is when `content` is empty. */
  readonly file: string;
}

/**
 * Reads the JSON of a manifest. Unknown fields are ignored, and so is what follows the object.
 *
 * @throws SopsError `INVALID_CONFIG`, which shows nothing of the text
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const fields = new ManifestFields(parseJson(bytes));
  const logging = fields.object("logging");
  return {
    secrets: fields.objects("secrets").map(secretOf),
    templates: fields.objects("templates").map(templateOf),
    placeholders: fields.object("placeholderBySecretName").allTexts(),
    store: fields.text("secretsMountPoint"),
    link: fields.text("symlinkPath"),
    keepGenerations: fields.integer("keepGenerations"),
    sshKeyPaths: fields.texts("sshKeyPaths"),
    gnupgHome: fields.text("gnupgHome"),
    ageKeyFile: fields.text("ageKeyFile"),
    ageSshKeyPaths: fields.texts("ageSshKeyPaths"),
    useTmpfs: fields.boolean("useTmpfs"),
    userMode: fields.boolean("userMode"),
    logging: { keyImport: logging.boolean("keyImport"), secretChanges: logging.boolean("secretChanges") },
  };
}

function parseJson(bytes: Uint8Array): ReturnType<typeof parseJsonObject> {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new SopsError("INVALID_CONFIG", "failed to parse manifest: it is not UTF-8");
  try {
    return parseJsonObject(text);
  } catch (error) {
    throw new SopsError("INVALID_CONFIG", `failed to parse manifest: ${messageOf(error)}`, { cause: error });
  }
}

function secretOf(fields: ManifestFields): ManifestSecret {
  return {
    ...entryOf(fields),
    key: fields.text("key"),
    sopsFile: fields.text("sopsFile"),
    format: fields.text("format"),
  };
}

function templateOf(fields: ManifestFields): ManifestTemplate {
  return { ...entryOf(fields), content: fields.text("content"), file: fields.text("file") };
}

function entryOf(fields: ManifestFields): ManifestEntry {
  return {
    name: fields.text("name"),
    path: fields.text("path"),
    mode: fields.text("mode"),
    owner: fields.optionalText("owner"),
    uid: fields.integer("uid"),
    group: fields.optionalText("group"),
    gid: fields.integer("gid"),
    restartUnits: fields.texts("restartUnits"),
    reloadUnits: fields.texts("reloadUnits"),
  };
}
