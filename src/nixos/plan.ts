import { encodeUtf8 } from "../bytes.ts";
import { messageOf, SopsError } from "../errors.ts";
import type { Platform } from "../platform/platform.ts";
import type { Owner } from "../platform/system.ts";
import { isFormat } from "../stores/format.ts";
import type { Format } from "../stores/store.ts";
import type { Accounts } from "./accounts.ts";
import type { Failures } from "./failures.ts";
import type { Manifest, ManifestEntry, ManifestSecret, ManifestTemplate } from "./manifest.ts";
import { absolutePlace, isBelow, placeOfName, renderedDirectory } from "./places.ts";

/** A file of the new generation, checked. */
export interface PlannedFile {
  readonly kind: "secret" | "template";
  readonly name: string;
  /** Its path below the generation. */
  readonly place: string;
  /** Where a link to it should be; undefined when it is looked for below the live link. */
  readonly path: string | undefined;
  /** Permission bits. */
  readonly mode: number;
  readonly owner: Owner;
  readonly restartUnits: readonly string[];
  readonly reloadUnits: readonly string[];
}

export interface PlannedSecret extends PlannedFile {
  readonly kind: "secret";
  /** The keys on the way to the value, with `/` between them; empty: the whole file. */
  readonly key: string;
  readonly sopsFile: string;
  readonly format: Format;
}

export interface PlannedTemplate extends PlannedFile {
  readonly kind: "template";
  /** With placeholders. */
  readonly text: Uint8Array;
}

/** All that can be installed. */
export interface Plan {
  readonly secrets: readonly PlannedSecret[];
  readonly templates: readonly PlannedTemplate[];
}

/** What a plan is made with. */
export interface PlanContext {
  readonly platform: Platform;
  /** Where users and groups are looked up; undefined: everything belongs to root. */
  readonly accounts: Accounts | undefined;
  readonly failures: Failures;
  /** Says what is strange and stops nothing. */
  report(line: string): void;
  /** Looks further into a secret, such as into its file. */
  check(secret: PlannedSecret): Promise<void>;
}

/**
 * Checks a manifest and its entries, secrets first.
 *
 * @throws SopsError `INVALID_CONFIG`, for a single entry only when failures are not tolerated
 */
export async function makePlan(manifest: Manifest, context: PlanContext): Promise<Plan> {
  checkExclusions(manifest);
  const planner = new Planner(manifest, context);
  for (const secret of manifest.secrets) await context.failures.tolerate(() => planner.addSecret(secret));
  for (const template of manifest.templates) await context.failures.tolerate(() => planner.addTemplate(template));
  await planner.dropImpossibleLinks();
  return planner.plan();
}

function checkExclusions({ gnupgHome, ageKeyFile, sshKeyPaths, link, store }: Manifest): void {
  const excluded = ageKeyFile !== "" ? "ageKeyFile" : sshKeyPaths.length > 0 ? "sshKeyPaths" : undefined;
  if (gnupgHome !== "" && excluded !== undefined) {
    throw invalid(`gnupgHome and ${excluded} were specified in the manifest. Both options are mutually exclusive.`);
  }
  const [linkPlace, storePlace] = [absolutePlace(link, "symlinkPath"), absolutePlace(store, "secretsMountPoint")];
  // What is at the link's place is removed if it is a directory.
  if (`${storePlace}/`.startsWith(`${linkPlace}/`)) {
    throw invalid(`symlinkPath ${linkPlace} and secretsMountPoint ${storePlace} are one, or one holds the other`);
  }
}

/** Takes entries one after the other, and knows those before. */
class Planner {
  readonly #manifest: Manifest;
  readonly #context: PlanContext;
  readonly #files = new Map<string, PlannedSecret | PlannedTemplate>();
  /** The directories of all files, each with a file that is in it. */
  readonly #directories = new Map<string, PlannedFile>();
  readonly #formats = new Map<string, PlannedSecret>();

  constructor(manifest: Manifest, context: PlanContext) {
    this.#manifest = manifest;
    this.#context = context;
  }

  plan(): Plan {
    const files = [...this.#files.values()];
    return {
      secrets: files.filter((file) => file.kind === "secret"),
      templates: files.filter((file) => file.kind === "template"),
    };
  }

  async addSecret(entry: ManifestSecret): Promise<void> {
    const file = await this.#fileOf(entry, "secret", placeOfName(entry.name));
    const { key, sopsFile, format } = entry;
    const secret: PlannedSecret = {
      ...file,
      kind: "secret",
      key,
      sopsFile,
      format: isFormat(format) ? format : "yaml",
    };
    if (format !== "" && format !== secret.format) {
      this.#context.report(
        `secret ${secret.name} has the unknown format ${JSON.stringify(format)}; it is read as yaml`,
      );
    }
    this.#checkPlaceholder(secret);
    this.#checkFormat(secret);
    await this.#context.check(secret);
    this.#add(secret);
  }

  async addTemplate(entry: ManifestTemplate): Promise<void> {
    const file = await this.#fileOf(entry, "template", `${renderedDirectory}/${placeOfName(entry.name)}`);
    this.#add({ ...file, kind: "template", text: await this.#textOf(entry) });
  }

  /** Links that would be in the place of the live generation, the store, or a file of theirs. */
  async dropImpossibleLinks(): Promise<void> {
    const { failures, report } = this.#context;
    const byPath = new Map<string, PlannedFile>();
    for (const file of [...this.#files.values()]) {
      const { path } = file;
      if (path === undefined) continue;
      const possible = await failures.tolerate(() => {
        this.#checkPath(file, path);
        return true;
      });
      if (possible !== true) this.#files.delete(file.place);
      const same = byPath.get(path);
      if (same !== undefined)
        report(`${describeFile(file)} has the path of ${describeFile(same)}; the later one counts`);
      byPath.set(path, file);
    }
  }

  #checkPath(file: PlannedFile, path: string): void {
    const link = absolutePlace(this.#manifest.link, "symlinkPath");
    const store = absolutePlace(this.#manifest.store, "secretsMountPoint");
    const refuse = (reason: string): SopsError => invalid(`the path of ${describeFile(file)} is ${path}, ${reason}`);
    if ([link, store].some((directory) => path === directory || isBelow(directory, path)) || isBelow(path, store)) {
      throw refuse("where all secrets are");
    }
    if (!isBelow(path, link)) return;
    const steps = path.slice(link.length + 1).split("/");
    const places = steps.map((_, index) => steps.slice(0, index + 1).join("/"));
    const other =
      places.map((place) => this.#files.get(place)).find((above) => above !== undefined) ??
      this.#directories.get(places.at(-1) ?? "");
    if (other !== undefined) throw refuse(`the place of ${describeFile(other)}`);
  }

  async #fileOf(entry: ManifestEntry, kind: PlannedFile["kind"], place: string): Promise<PlannedFile> {
    const { name, restartUnits, reloadUnits } = entry;
    const mode = parseMode(entry, kind);
    const owner = await this.#ownerOf(entry, { kind, name });
    return { kind, name, place, path: this.#pathOf(entry, place), mode, owner, restartUnits, reloadUnits };
  }

  async #ownerOf({ owner, uid, group, gid }: ManifestEntry, file: Pick<PlannedFile, "kind" | "name">): Promise<Owner> {
    const { accounts } = this.#context;
    if (accounts === undefined) return { uid: 0, gid: 0 };
    try {
      return {
        uid: owner === undefined ? uid : await accounts.userId(owner),
        gid: group === undefined ? gid : await accounts.groupId(group),
      };
    } catch (error) {
      if (!(error instanceof SopsError)) throw error;
      const { code, message, hint } = error;
      throw new SopsError(code, `${describeFile(file)}: ${message}`, {
        cause: error,
        ...(hint !== undefined && { hint }),
      });
    }
  }

  #pathOf({ name, path }: ManifestEntry, place: string): string | undefined {
    if (path === "") return undefined;
    const wanted = absolutePlace(path, `the path of ${name}`);
    return wanted === `${absolutePlace(this.#manifest.link, "symlinkPath")}/${place}` ? undefined : wanted;
  }

  #checkPlaceholder({ name }: PlannedSecret): void {
    if (this.#manifest.templates.length === 0 || this.#manifest.placeholders.get(name)) return;
    throw invalid(`placeholder for ${name} not found in manifest`);
  }

  #checkFormat(secret: PlannedSecret): void {
    const { name, sopsFile, format } = secret;
    const first = this.#formats.get(sopsFile);
    if (first === undefined) this.#formats.set(sopsFile, secret);
    else if (first.format !== format) {
      throw invalid(
        `secret ${name} defined the format of ${sopsFile} as ${format}, but it was specified as ${first.format} in ${first.name} before`,
      );
    }
  }

  async #textOf({ name, content, file }: ManifestTemplate): Promise<Uint8Array> {
    if (content !== "") return encodeUtf8(content);
    if (file === "") throw invalid(`neither content nor file was specified for template ${name}`);
    try {
      return await this.#context.platform.readFile(file);
    } catch (error) {
      throw invalid(`cannot read ${file}, the text of template ${name}: ${messageOf(error)}`, error);
    }
  }

  /** A later file of the same kind takes the place of an earlier one; two kinds, or a file and a directory, cannot share one. */
  #add(file: PlannedSecret | PlannedTemplate): void {
    const steps = file.place.split("/");
    const directories = steps.slice(1).map((_, index) => steps.slice(0, index + 1).join("/"));
    const same = this.#files.get(file.place);
    const other =
      this.#directories.get(file.place) ??
      directories.map((directory) => this.#files.get(directory)).find((above) => above !== undefined) ??
      (same?.kind === file.kind ? undefined : same);
    if (other !== undefined) {
      throw invalid(
        `${describeFile(file)} and ${describeFile(other)} cannot both be installed: one is in the place of the other`,
      );
    }
    if (same !== undefined) {
      this.#context.report(`${describeFile(file)} is in the manifest twice; the later one counts`);
    }
    this.#files.set(file.place, file);
    for (const directory of directories) this.#directories.set(directory, file);
  }
}

/** How messages call a file. */
export function describeFile({ kind, name }: Pick<PlannedFile, "kind" | "name">): string {
  return `${kind} ${name}`;
}

const mostModeBits = 16;

/** Sixteen bits as octal digits, of which the nine of permissions count. */
function parseMode({ name, mode }: ManifestEntry, kind: PlannedFile["kind"]): number {
  const bits = /^[0-7]+$/.test(mode) ? Number.parseInt(mode, 8) : Number.NaN;
  if (bits < 2 ** mostModeBits) return bits & 0o777;
  throw invalid(`invalid number in mode of ${kind} ${name}: ${JSON.stringify(mode)} is not octal, such as 0400`);
}

function invalid(reason: string, cause?: unknown): SopsError {
  return new SopsError("INVALID_CONFIG", `manifest is not valid: ${reason}`, { cause });
}
