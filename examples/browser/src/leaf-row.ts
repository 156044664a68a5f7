import type { LeafEntry } from "sops-ts";
import { download } from "./download.ts";
import { fileInput, type Given } from "./drop-zone.ts";
import { button, element, icon } from "./element.ts";
import { type LeafText, leafText } from "./leaf-value.ts";
import type { Place } from "./pending-edits.ts";
import { makeRow, nameOf, sealMark } from "./row.ts";
import type { TreeContext } from "./tree-context.ts";
import { valueEditor } from "./value-editor.ts";

/** What is shown in place of a value: always the same, as a length would tell something. */
export const mask = "••••••••••";

/** What a row of a value is made of. */
export interface LeafRowOptions {
  readonly place: Place;
  /** Undefined for a value that is new. */
  readonly entry: LeafEntry | undefined;
  /** Its position in a list, comments not counted. */
  readonly position: number | undefined;
  /** Whether an entry before it has the same key, so that a path names that one. */
  readonly shadowed: boolean;
}

/** The row of a value. */
export function leafRow(options: LeafRowOptions, context: TreeContext): HTMLElement {
  const row = new LeafRow(options, context);
  return row.line;
}

class LeafRow {
  readonly line: HTMLElement;
  readonly #row: ReturnType<typeof makeRow>;
  readonly #options: LeafRowOptions;
  readonly #context: TreeContext;
  #revealed = false;
  /** Whether it is about to be seen. */
  #near = false;

  constructor(options: LeafRowOptions, context: TreeContext) {
    this.#options = options;
    this.#context = context;
    this.#row = makeRow("leaf", options.place.path);
    this.line = this.#row.line;
    this.line.dataset["key"] = String(options.place.path.at(-1));
    this.line.addEventListener("row:near", () => this.#comeNear());
    this.line.addEventListener("row:redraw", () => this.#draw());
    this.line.addEventListener("row:reveal", () => this.#toggle());
    this.line.addEventListener("row:enter", () => this.#edit());
    this.line.addEventListener("row:delete", () => this.#remove());
    this.#draw();
    context.watch(this.line);
  }

  #comeNear(): void {
    if (this.#near) return;
    this.#near = true;
    if (!this.line.classList.contains("editing")) this.#draw();
  }

  get #label(): string {
    return String(this.#options.place.path.at(-1));
  }

  /** The value as it is now. */
  #text(): LeafText {
    const pending = this.#context.pending.get(this.#options.place)?.shown;
    if (pending !== undefined) return pending;
    return this.#options.entry === undefined ? { sort: "text", text: "" } : leafText(this.#options.entry);
  }

  #draw(): void {
    const { place, entry, position } = this.#options;
    const { name, value, actions } = this.#row;
    const pending = this.#context.pending.get(place);
    const removed = pending !== undefined && pending.shown === undefined;
    this.line.classList.toggle("changed", pending !== undefined && !removed && !pending.added);
    this.line.classList.toggle("added", pending?.added === true);
    this.line.classList.toggle("removed", removed);
    this.line.classList.remove("editing");
    const encrypted = entry?.encrypted ?? true;
    name.replaceChildren(sealMark(encrypted), nameOf(place.path, position));
    value.replaceChildren(this.#shownValue(encrypted), ...this.#tags(pending?.added === true, removed));
    if (removed) actions.replaceChildren(this.#undoButton());
    else if (this.#near) actions.replaceChildren(...this.#actions(encrypted, pending !== undefined));
    for (const control of actions.querySelectorAll("button")) control.tabIndex = this.line.tabIndex;
  }

  #isShown(encrypted: boolean): boolean {
    return !encrypted || this.#revealed || this.#context.revealAll();
  }

  #shownValue(encrypted: boolean): HTMLElement {
    const { sort, text } = this.#text();
    if (this.#isShown(encrypted)) {
      const empty = text === "" ? (sort === "nothing" ? "nothing" : "empty") : undefined;
      return element("code", { class: empty === undefined ? "text" : "text empty", "data-value": "" }, empty ?? text);
    }
    return element(
      "button",
      {
        type: "button",
        class: "masked",
        tabindex: -1,
        "aria-label": `Reveal ${this.#label}`,
        title: "Reveal",
        onclick: () => this.#toggle(),
      },
      mask,
    );
  }

  #tags(added: boolean, removed: boolean): HTMLElement[] {
    const { sort } = this.#text();
    const tags = sort === "text" ? [] : [element("span", { class: "tag" }, sort)];
    if (added) tags.push(element("span", { class: "tag new" }, "new"));
    else if (removed) tags.push(element("span", { class: "tag gone" }, "will be removed"));
    else if (this.line.classList.contains("changed")) tags.push(element("span", { class: "tag new" }, "changed"));
    return tags;
  }

  #actions(encrypted: boolean, pending: boolean): HTMLElement[] {
    const { shadowed } = this.#options;
    const bytes = this.#text().sort === "bytes";
    const hides = this.#revealed && !this.#context.revealAll();
    const quiet = { look: "quiet" } as const;
    const actions: HTMLElement[] = [];
    if (encrypted && !this.#context.revealAll()) {
      const word = hides ? "Hide" : "Reveal";
      actions.push(
        button(`${word} ${this.#label}`, () => this.#toggle(), { ...quiet, icon: hides ? "eye-off" : "eye" }),
      );
    }
    if (!bytes && "clipboard" in navigator) {
      actions.push(button(`Copy ${this.#label}`, () => void this.#copy(), { ...quiet, icon: "copy" }));
    }
    if (this.#context.format === "binary") actions.push(...this.#fileActions());
    if (shadowed) return actions;
    if (!bytes) actions.push(button(`Edit ${this.#label}`, () => this.#edit(), { ...quiet, icon: "edit" }));
    if (pending) actions.push(this.#undoButton());
    else if (this.#context.format !== "binary") {
      actions.push(button(`Remove ${this.#label}`, () => this.#remove(), { ...quiet, icon: "remove" }));
    }
    return actions;
  }

  /** A binary file is often of use only as a file. */
  #fileActions(): HTMLElement[] {
    const input = fileInput("content", ([file]) => file && this.#replace(file));
    const quiet = { look: "quiet" } as const;
    return [
      button("Save the decrypted content", () => this.#saveContent(), { ...quiet, icon: "download" }),
      button("Replace with a file", () => input.click(), { ...quiet, icon: "upload" }),
      input,
    ];
  }

  #saveContent(): void {
    const edit = this.#context.pending.get(this.#options.place)?.edit;
    const value = edit !== undefined && "value" in edit ? edit.value : this.#options.entry?.value;
    download(this.#context.plainName, value instanceof Uint8Array ? value : new TextEncoder().encode(String(value)));
  }

  #replace({ bytes }: Given): void {
    const shown: LeafText = { sort: "bytes", text: `${bytes.length.toLocaleString("en")} bytes` };
    this.#context.pending.set(this.#options.place, {
      edit: { ...this.#options.place, value: bytes },
      shown,
      added: false,
    });
    this.#draw();
  }

  #undoButton(): HTMLElement {
    return button(`Undo the change of ${this.#label}`, () => this.#undo(), {
      look: "quiet",
      icon: "undo",
    });
  }

  #toggle(): void {
    if (this.#options.entry?.encrypted === false) return;
    this.#revealed = !this.#revealed;
    this.#draw();
    this.line.focus();
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.#text().text);
    this.#context.announce("Copied.");
    const copied = element("span", { class: "tag new" }, icon("check"), "copied");
    this.#row.value.append(copied);
    setTimeout(() => copied.remove(), 1600);
  }

  #edit(): void {
    const removed = this.#context.pending.get(this.#options.place)?.edit;
    if (this.#options.shadowed || this.#text().sort === "bytes" || (removed && "remove" in removed)) return;
    const { place } = this.#options;
    const close = (): void => {
      this.#draw();
      this.line.focus();
    };
    const editor = valueEditor({
      label: `New value of ${this.#label}`,
      before: this.#text(),
      format: this.#context.format,
      cancel: close,
      keep: (text, value) => {
        this.#revealed = true;
        const before = this.#options.entry && leafText(this.#options.entry);
        const added = this.#options.entry === undefined;
        if (before?.sort === text.sort && before.text === text.text) this.#context.pending.undo(place);
        else this.#context.pending.set(place, { edit: { ...place, value }, shown: text, added });
        close();
      },
    });
    this.line.classList.add("editing");
    this.#row.value.replaceChildren(editor);
    this.#row.actions.replaceChildren();
    editor.querySelector<HTMLElement>("[data-field]")?.focus();
  }

  #remove(): void {
    const { place, entry, shadowed } = this.#options;
    if (shadowed || this.#context.format === "binary") return;
    if (entry === undefined) {
      this.#undo();
      return;
    }
    this.#context.pending.set(place, { edit: { ...place, remove: true }, shown: undefined, added: false });
    this.#context.announce(`${this.#label} will be removed.`);
    this.#draw();
    this.line.focus();
  }

  #undo(): void {
    this.#context.pending.undo(this.#options.place);
    if (this.#options.entry === undefined) {
      this.line.dispatchEvent(new CustomEvent("row:gone", { bubbles: true }));
      this.line.remove();
      return;
    }
    this.#draw();
    this.line.focus();
  }
}
