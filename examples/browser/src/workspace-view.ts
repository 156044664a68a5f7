import type { OpenedSecrets } from "sops-ts";
import type { App } from "./app.ts";
import { download } from "./download.ts";
import { button, element, icon } from "./element.ts";
import { type EncryptedFile, keptEnvelopes } from "./encrypted-file.ts";
import { identityList } from "./identity-card.ts";
import { infoPanel } from "./info-panel.ts";
import { PendingEdits } from "./pending-edits.ts";
import { problemCard } from "./problem-card.ts";
import { saveBar } from "./save-bar.ts";
import { savedNotice } from "./saved-notice.ts";
import { type TreeView, treeView } from "./tree-view.ts";

/** The screen of an opened file: its values, and what is known of it. */
export function workspaceView(
  app: App,
  announce: (text: string) => void,
): { element: HTMLElement; pending: PendingEdits } {
  const workspace = new Workspace(app, announce);
  return { element: workspace.element, pending: workspace.pending };
}

class Workspace {
  readonly element: HTMLElement;
  readonly pending = new PendingEdits();
  readonly #app: App;
  readonly #announce: (text: string) => void;
  readonly #notices = element("div", { class: "notices" });
  readonly #treePlace = element("div", { class: "tree-place" });
  readonly #side = element("aside", { class: "side" });
  readonly #filter: HTMLInputElement;
  readonly #revealButton: HTMLButtonElement;
  #tree: TreeView | undefined;
  #revealAll = false;

  constructor(app: App, announce: (text: string) => void) {
    this.#app = app;
    this.#announce = announce;
    this.#filter = element("input", {
      type: "search",
      placeholder: "Find a name",
      "aria-label": "Find a name",
      oninput: () => this.#tree?.filter(this.#filter.value),
    });
    this.#revealButton = button("Reveal all", () => this.#toggleAll(), {
      icon: "eye",
      attributes: { "aria-pressed": "false" },
    });
    const bar = saveBar(this.pending, { save: () => void this.#save(), discard: () => this.#discard() });
    this.element = element(
      "div",
      { class: "workspace" },
      element("div", { class: "main" }, this.#title(), this.#notices, this.#toolbar(), this.#treePlace, bar),
      this.#side,
    );
    this.#draw();
  }

  /** The file, which is there as long as this screen is. */
  get #file(): EncryptedFile {
    return this.#app.file as EncryptedFile;
  }

  get #opened(): OpenedSecrets {
    return this.#app.opened as OpenedSecrets;
  }

  #title(): HTMLElement {
    const { name, format } = this.#file;
    return element(
      "header",
      { class: "file-line" },
      icon("file"),
      element("h1", { class: "file-name", tabindex: -1 }, name),
      element("span", { class: "tag" }, format),
      element(
        "span",
        { class: "badge", title: "The message authentication code covers all values, and fits them." },
        icon("shield"),
        "MAC verified",
      ),
      button("Close file", () => this.#close(), { icon: "close" }),
    );
  }

  #toolbar(): HTMLElement {
    return element(
      "div",
      { class: "toolbar" },
      element("div", { class: "search" }, icon("search"), this.#filter),
      this.#revealButton,
      element("p", { class: "keys" }, "↑ ↓ move · Space reveal · Enter edit · Delete remove"),
    );
  }

  #draw(): void {
    const { format, name, info } = this.#file;
    this.#tree = treeView(this.#opened, {
      format,
      pending: this.pending,
      revealAll: () => this.#revealAll,
      announce: this.#announce,
      plainName: name.replace(/\.(?:enc|sops|encrypted)(?=\.|$)/, ""),
    });
    this.#treePlace.replaceChildren(this.#tree.element);
    this.#tree.filter(this.#filter.value);
    this.#side.replaceChildren(infoPanel(info), this.#identities());
  }

  #identities(): HTMLElement {
    const place = element("section", { class: "panel", "aria-label": "Your key" });
    const draw = (): void => {
      place.replaceChildren(
        element("h2", {}, icon("key"), "Your key"),
        this.#app.identities.length > 0
          ? identityList(this.#app)
          : element(
              "p",
              { class: "note" },
              "No key is in memory. The file stays open, and can be saved, until you close it.",
            ),
        button("Forget everything", () => this.#forgetAll(), { look: "danger" }),
      );
    };
    draw();
    place.addEventListener("identities:changed", draw);
    return place;
  }

  #toggleAll(): void {
    this.#revealAll = !this.#revealAll;
    this.#revealButton.setAttribute("aria-pressed", String(this.#revealAll));
    this.#revealButton.replaceChildren(
      icon(this.#revealAll ? "eye-off" : "eye"),
      element("span", {}, this.#revealAll ? "Hide all" : "Reveal all"),
    );
    this.#tree?.redraw();
  }

  #discard(): void {
    this.pending.clear();
    this.#notices.replaceChildren();
    this.#draw();
    this.#announce("All changes were discarded.");
  }

  async #save(): Promise<void> {
    const { name, bytes } = this.#file;
    const changes = this.pending.size;
    let edited: OpenedSecrets;
    try {
      edited = this.#opened.edit(this.pending.all());
      await this.#app.saved(edited);
    } catch (error) {
      this.#notices.replaceChildren(problemCard(error));
      this.#notices.scrollIntoView({ block: "nearest" });
      return;
    }
    this.pending.clear();
    download(name, edited.file);
    this.#notices.replaceChildren(
      savedNotice(name, edited.file, changesText(changes, keptEnvelopes(bytes, edited.file))),
    );
    this.#draw();
    this.element.querySelector<HTMLElement>("h1")?.focus();
  }

  #close(): void {
    if (this.#mayLose()) this.#app.close();
  }

  #forgetAll(): void {
    if (this.#mayLose()) this.#app.forgetAll();
  }

  #mayLose(): boolean {
    return this.pending.size === 0 || confirm("There are changes that are not saved. Let them go?");
  }
}

function changesText(changes: number, kept: number): string {
  const changed = changes === 1 ? "1 value changed" : `${changes} values changed`;
  return `${changed}; ${kept} kept ${kept === 1 ? "its" : "their"} ciphertext. It was read back before it was given to you.`;
}
