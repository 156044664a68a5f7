import type { OpenedSecrets, TreeEntry } from "sops-ts";
import { EntryList } from "./container-row.ts";
import { button, element } from "./element.ts";
import type { TreeContext } from "./tree-context.ts";
import { handleTreeKeys, makeFirstCurrent } from "./tree-keys.ts";

/** So many entries are shown unfolded; of larger files the first level is all there is at first. */
const mostUnfolded = 400;

/** The tree of an opened file. */
export interface TreeView {
  readonly element: HTMLElement;
  /** Draws all rows again, for when all values are shown or hidden. */
  redraw(): void;
  /** Shows only what has this text in its name, or is around it; an empty text shows all. */
  filter(text: string): void;
}

/** Makes the tree of an opened file. */
export function treeView({ documents }: OpenedSecrets, settings: Omit<TreeContext, "watch">): TreeView {
  const context = { ...settings, watch: nearWatch() };
  const tree = element("div", { class: "tree" });
  const small = documents.reduce((sum, entries) => sum + countEntries(entries), 0) <= mostUnfolded;
  const open = (): boolean => small;
  const lists = documents.map((entries, document) => {
    const list = new EntryList(entries, { document, path: [] }, "mapping", context);
    list.draw(open);
    if (documents.length > 1) tree.append(element("h2", { class: "document" }, `Document ${document + 1}`));
    tree.append(list.element);
    if (canAddAtTop(context)) tree.append(addButton(list));
    return list;
  });
  if (lists.length === 0) tree.append(element("p", { class: "note" }, "The file has no values."));
  handleTreeKeys(tree);
  makeFirstCurrent(tree);
  const rows = (): NodeListOf<HTMLElement> => tree.querySelectorAll(".row");
  return {
    element: tree,
    redraw: () => rows().forEach((row) => row.dispatchEvent(new CustomEvent("row:redraw"))),
    filter: (text) => filterRows(tree, text.trim().toLowerCase()),
  };
}

/** Rows of a large file get their buttons when they come into view: most never do. */
function nearWatch(): (row: HTMLElement) => void {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        target.dispatchEvent(new CustomEvent("row:near"));
      }
    },
    { rootMargin: "300px" },
  );
  return (row) => observer.observe(row);
}

/** The top level of INI holds sections, and a binary file is one value. */
function canAddAtTop({ format }: TreeContext): boolean {
  return format !== "binary" && format !== "ini";
}

function addButton(list: EntryList): HTMLElement {
  return button("Add a value", () => list.add(), {
    icon: "add",
    look: "plain",
    attributes: { class: "button plain add" },
  });
}

function countEntries(entries: readonly TreeEntry[]): number {
  return entries.reduce((sum, entry) => sum + 1 + ("entries" in entry ? countEntries(entry.entries) : 0), 0);
}

function filterRows(tree: HTMLElement, text: string): void {
  if (text === "") foldAgain(tree);
  else unfoldAll(tree);
  for (const row of tree.querySelectorAll<HTMLElement>(".row")) row.hidden = !isWanted(row, text);
  const none = text !== "" && tree.querySelector(".row:not([hidden])") === null;
  tree.querySelector(".no-match")?.remove();
  if (none) tree.append(element("p", { class: "note no-match" }, "No name has this in it."));
}

/** Unfolding makes rows that may be folded themselves. */
function unfoldAll(tree: HTMLElement): void {
  for (;;) {
    const folded = tree.querySelectorAll(".row[aria-expanded='false']");
    if (folded.length === 0) return;
    for (const row of folded) {
      row.toggleAttribute("data-found", true);
      row.dispatchEvent(new CustomEvent("row:unfold"));
    }
  }
}

/** Folds what was unfolded to look into it. */
function foldAgain(tree: HTMLElement): void {
  for (const row of tree.querySelectorAll("[data-found]")) {
    row.removeAttribute("data-found");
    row.dispatchEvent(new CustomEvent("row:fold"));
  }
}

function isWanted(row: HTMLElement, text: string): boolean {
  if (text === "") return true;
  const isNamed = (candidate: Element | null): boolean =>
    candidate instanceof HTMLElement && (candidate.dataset["key"] ?? "").toLowerCase().includes(text);
  if (isNamed(row)) return true;
  const branch = row.closest(".branch");
  const isHead = branch?.firstElementChild === row;
  if (isHead) {
    if ([...branch.querySelectorAll(".row")].some(isNamed)) return true;
  }
  for (let outer = isHead ? branch.parentElement : row.parentElement; outer !== null && outer !== undefined;) {
    const around: Element | null = outer.closest(".branch");
    if (around === null) return false;
    if (isNamed(around.firstElementChild)) return true;
    outer = around.parentElement;
  }
  return false;
}
