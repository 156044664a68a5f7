import type { TreePath } from "sops-ts";
import { element, icon } from "./element.ts";

/** One line of the tree: its name, its value and what can be done with it. */
export interface Row {
  readonly line: HTMLElement;
  readonly name: HTMLElement;
  readonly value: HTMLElement;
  readonly actions: HTMLElement;
}

/** An empty row. Rows take the focus one at a time; see `tree-keys.ts`. */
export function makeRow(kind: string, path: TreePath): Row {
  const name = element("div", { class: "name", role: "rowheader" });
  const value = element("div", { class: "value", role: "gridcell" });
  const actions = element("div", { class: "actions", role: "gridcell" });
  const level = Math.max(1, path.length);
  const line = element(
    "div",
    { class: `row ${kind}`, role: "row", "aria-level": level, tabindex: -1 },
    name,
    value,
    actions,
  );
  // Values stand below each other, however deep they are.
  line.style.setProperty("--depth", String(level - 1));
  return { line, name, value, actions };
}

/** The name of an entry: a key, or the dash of a list's element. */
export function nameOf(path: TreePath, position: number | undefined): HTMLElement {
  const step = path.at(-1);
  return typeof step === "number" && position !== undefined
    ? element("span", { class: "key position" }, String(position + 1))
    : element("span", { class: "key" }, String(step ?? ""));
}

/** A mark that says whether a value is encrypted in the file. */
export function sealMark(encrypted: boolean): HTMLElement {
  const text = encrypted ? "Encrypted in the file" : "Plain text in the file";
  return element(
    "span",
    { class: `seal ${encrypted ? "sealed" : "plain"}`, title: text, role: "img", "aria-label": text },
    icon(encrypted ? "lock" : "open"),
  );
}
