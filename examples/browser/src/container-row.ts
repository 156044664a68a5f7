import type { ContainerEntry, TreeEntry } from "sops-ts";
import { addRow } from "./add-row.ts";
import { commentRow } from "./comment-row.ts";
import { button, element, icon } from "./element.ts";
import { leafRow } from "./leaf-row.ts";
import type { Place } from "./pending-edits.ts";
import { makeRow, nameOf } from "./row.ts";
import type { TreeContext } from "./tree-context.ts";

/** The entries of a container or of a whole document, with a way to add to them. */
export class EntryList {
  readonly element = element("div", { class: "entries", role: "presentation" });
  readonly #entries: readonly TreeEntry[];
  readonly #place: Place;
  readonly #kind: "mapping" | "list";
  readonly #context: TreeContext;
  #drawn = false;

  constructor(entries: readonly TreeEntry[], place: Place, kind: "mapping" | "list", context: TreeContext) {
    this.#entries = entries;
    this.#place = place;
    this.#kind = kind;
    this.#context = context;
  }

  /** Makes the rows, once: of a large file only those that were unfolded. */
  draw(open: () => boolean): void {
    if (this.#drawn) return;
    this.#drawn = true;
    const seen = new Set<string | number>();
    let position = 0;
    for (const entry of this.#entries) {
      if (entry.kind === "comment") {
        this.#append(commentRow(entry, this.#place.path, this.#context));
        continue;
      }
      const { document } = this.#place;
      const place = { document, path: entry.path };
      const step = entry.path.at(-1) ?? "";
      const options = { place, position: this.#kind === "list" ? position : undefined, shadowed: seen.has(step) };
      seen.add(step);
      position += 1;
      this.#append(
        entry.kind === "leaf"
          ? leafRow({ ...options, entry }, this.#context)
          : containerRow(entry, options, this.#context, open),
      );
    }
    for (const place of this.#context.pending.addedIn(this.#place)) this.#appendAdded(place);
  }

  /** Shows the form for a new value. */
  add(): void {
    const named = this.#kind === "mapping";
    const form = addRow({
      named,
      format: this.#context.format,
      refuse: (name) => {
        if (name === "") return "A name is needed.";
        return this.#has(name) ? "There is a value of this name." : undefined;
      },
      cancel: () => form.remove(),
      add: (name, text, value) => {
        form.remove();
        const place = {
          document: this.#place.document,
          path: [...this.#place.path, named ? name : this.#nextPosition()],
        };
        this.#context.pending.set(place, { edit: { ...place, value }, shown: text, added: true });
        this.#appendAdded(place).focus();
      },
    });
    this.#append(form);
    form.querySelector<HTMLElement>(named ? ".new-name" : "[data-field]")?.focus();
  }

  #has(name: string): boolean {
    const path = [...this.#place.path, name];
    const known = this.#entries.some((entry) => entry.kind !== "comment" && entry.path.at(-1) === name);
    return known || this.#context.pending.get({ document: this.#place.document, path }) !== undefined;
  }

  /** Any position behind the last appends. */
  #nextPosition(): number {
    const added = this.#context.pending.addedIn(this.#place).map(({ path }) => Number(path.at(-1)));
    return Math.max(this.#entries.length - 1, ...added) + 1;
  }

  #appendAdded(place: Place): HTMLElement {
    const row = leafRow({ place, entry: undefined, position: undefined, shadowed: false }, this.#context);
    this.#append(row);
    return row;
  }

  /** The rows of a document are a grid for assistive technology, as soon as there are any. */
  #append(row: HTMLElement): void {
    this.element.append(row);
    if (this.#place.path.length > 0) return;
    this.element.setAttribute("role", "treegrid");
    this.element.setAttribute("aria-label", `Values of document ${this.#place.document + 1}`);
  }
}

interface ContainerOptions {
  readonly place: Place;
  readonly position: number | undefined;
  readonly shadowed: boolean;
}

function containerRow(
  entry: ContainerEntry,
  { place, position, shadowed }: ContainerOptions,
  context: TreeContext,
  open: () => boolean,
): HTMLElement {
  const { line, name, value, actions } = makeRow("container", entry.path);
  const label = String(entry.path.at(-1));
  line.dataset["key"] = label;
  const list = new EntryList(entry.entries, place, entry.kind, context);
  const isRemoved = (): boolean => context.pending.get(place) !== undefined;
  const unfold = (wanted: boolean): void => {
    const unfolded = wanted && !isRemoved();
    if (unfolded) list.draw(open);
    line.setAttribute("aria-expanded", String(unfolded));
    list.element.hidden = !unfolded;
  };
  const quiet = { look: "quiet", attributes: { tabindex: -1 } } as const;
  const branch = element("div", { class: "branch", role: "presentation" }, line, list.element);
  const draw = (): void => {
    const removed = isRemoved();
    branch.classList.toggle("removed", removed);
    const count = entry.entries.filter(({ kind }) => kind !== "comment").length;
    const unit = entry.kind === "list" ? (count === 1 ? "element" : "elements") : count === 1 ? "value" : "values";
    value.replaceChildren(
      element("span", { class: "summary" }, removed ? "will be removed" : count === 0 ? "empty" : `${count} ${unit}`),
    );
    if (shadowed) return;
    actions.replaceChildren(
      ...(removed
        ? [button(`Undo the removal of ${label}`, () => undo(), { ...quiet, icon: "undo" })]
        : [
            button(`Add to ${label}`, () => (unfold(true), list.add()), { ...quiet, icon: "add" }),
            button(`Remove ${label}`, () => remove(), { ...quiet, icon: "remove" }),
          ]),
    );
  };
  const remove = (): void => {
    if (shadowed) return;
    context.pending.set(place, { edit: { ...place, remove: true }, shown: undefined, added: false });
    unfold(false);
    draw();
    line.focus();
  };
  const undo = (): void => {
    context.pending.undo(place);
    draw();
    line.focus();
  };
  const toggle = (): void => unfold(line.getAttribute("aria-expanded") !== "true");
  name.replaceChildren(
    element(
      "button",
      { type: "button", class: "fold", tabindex: -1, "aria-label": `Fold or unfold ${label}`, onclick: toggle },
      icon("chevron"),
    ),
    nameOf(entry.path, position),
  );
  name.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.target.closest("button") === null) toggle();
  });
  line.addEventListener("row:redraw", draw);
  line.addEventListener("row:enter", toggle);
  line.addEventListener("row:reveal", toggle);
  line.addEventListener("row:delete", remove);
  line.addEventListener("row:unfold", () => unfold(true));
  line.addEventListener("row:fold", () => unfold(false));
  draw();
  unfold(open());
  return branch;
}
