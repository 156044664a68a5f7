import { type OpenedSecrets, SopsError } from "sops-ts";
import { type EncryptedFile, openEncryptedFile, readEncryptedFile } from "./encrypted-file.ts";
import type { Given } from "./drop-zone.ts";
import { type Identity, identityKind } from "./identity.ts";
import { askPassphrase } from "./passphrase-dialog.ts";

/** What the page is about at the moment. */
export type Screen = "open" | "encrypt";

/** All that the page knows. It is in memory alone: nothing is stored, and closing the page forgets it. */
export class App {
  screen: Screen = "open";
  file: EncryptedFile | undefined;
  identities: Identity[] = [];
  opened: OpenedSecrets | undefined;
  /** A plain file to encrypt. */
  plain: Given | undefined;
  problem: unknown;
  busy = false;
  readonly #changed: () => void;
  /** Counts what makes an opening that is under way pointless. */
  #turn = 0;

  /** @param changed - called when there is something else to show */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  show(screen: Screen): void {
    this.screen = screen;
    this.problem = undefined;
    this.#changed();
  }

  /** Takes files for opening, in any order: identities are told by how they begin. */
  async take(files: readonly Given[]): Promise<void> {
    if (files.length === 0) return;
    this.screen = "open";
    this.problem = undefined;
    for (const file of files) {
      if (identityKind(file.bytes) === undefined) await this.#takeFile(file);
      else this.#takeIdentity(file);
    }
    await this.#openIfReady();
  }

  /** Takes a text as an identity, whatever it looks like. */
  async takeIdentity(given: Given): Promise<void> {
    this.problem = undefined;
    this.#takeIdentity(given);
    await this.#openIfReady();
  }

  takePlain(file: Given | undefined): void {
    this.screen = "encrypt";
    this.plain = file;
    this.problem = undefined;
    this.#changed();
  }

  forget(identity: Identity): void {
    this.#turn += 1;
    this.busy = false;
    this.identities = this.identities.filter((other) => other !== identity);
    identity.bytes.fill(0);
    this.problem = undefined;
    this.#changed();
  }

  /** Lets go of the file and all that was read of it; identities stay for the next one. */
  close(): void {
    this.#turn += 1;
    this.busy = false;
    this.file = undefined;
    this.opened = undefined;
    this.problem = undefined;
    this.#changed();
  }

  /** Lets go of everything. */
  forgetAll(): void {
    for (const { bytes } of this.identities) bytes.fill(0);
    this.identities = [];
    this.plain = undefined;
    this.close();
  }

  /** Goes on with an edited file. */
  async saved(opened: OpenedSecrets): Promise<void> {
    if (this.file === undefined) return;
    this.file = await readEncryptedFile(this.file.name, opened.file);
    this.opened = opened;
    this.#changed();
  }

  async #takeFile({ name, bytes }: Given): Promise<void> {
    this.#turn += 1;
    this.opened = undefined;
    try {
      this.file = await readEncryptedFile(name, bytes);
    } catch (error) {
      this.file = undefined;
      this.plain = { name, bytes };
      this.problem = error;
    }
  }

  #takeIdentity({ name, bytes }: Given): void {
    const kind = identityKind(bytes);
    if (kind === "age plugin identity" || kind === "PGP key") {
      this.problem = new SopsError(
        "NOT_AVAILABLE_ON_THIS_PLATFORM",
        `${name} is a ${kind}, which this page cannot use`,
        {
          hint: "It needs a program beside it. Use the command line: sops-ts decrypt FILE",
        },
      );
    } else if (kind === undefined) {
      this.problem = new SopsError("COULD_NOT_RETRIEVE_KEY", `${name} is no private key that this page knows`, {
        hint: "An age identity begins with AGE-SECRET-KEY-1, an SSH key with -----BEGIN OPENSSH PRIVATE KEY-----.",
      });
    } else {
      this.identities = [...this.identities, { name, kind, bytes }];
    }
  }

  async #openIfReady(): Promise<void> {
    const { file, identities } = this;
    if (file === undefined || this.opened !== undefined || identities.length === 0 || this.problem !== undefined) {
      this.#changed();
      return;
    }
    this.#turn += 1;
    const turn = this.#turn;
    this.busy = true;
    this.#changed();
    await painted();
    const outcome = await openEncryptedFile(file, identities, askPassphrase).catch((error: unknown) => ({ error }));
    if (turn !== this.#turn) return;
    this.busy = false;
    if ("error" in outcome) this.problem = outcome.error;
    else this.opened = outcome;
    this.#changed();
  }

  /** Tries again, such as after a mistyped passphrase. */
  async retry(): Promise<void> {
    this.problem = undefined;
    await this.#openIfReady();
  }
}

/** Waits until what was changed is on the screen: opening takes the thread that draws. */
function painted(): Promise<void> {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}
