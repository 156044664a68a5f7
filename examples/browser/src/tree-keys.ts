/**
 * The keys of the tree: arrows walk over rows and fold them, Enter edits, Space reveals, Delete removes. One row at a time takes the
 * focus, and only its buttons are reached with Tab.
 */
export function handleTreeKeys(tree: HTMLElement): void {
  tree.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row !== undefined) makeCurrent(tree, row);
  });
  tree.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const onRow = event.target === row;
    const step = steps[event.key];
    if (step !== undefined) moveTo(tree, row, step);
    else if (onRow && words[event.key] !== undefined) row.dispatchEvent(new CustomEvent(words[event.key] ?? ""));
    else return;
    event.preventDefault();
  });
}

const steps: Readonly<Record<string, number | "first" | "last">> = {
  ArrowDown: 1,
  ArrowUp: -1,
  Home: "first",
  End: "last",
};

const words: Readonly<Record<string, string>> = {
  Enter: "row:enter",
  " ": "row:reveal",
  Delete: "row:delete",
  ArrowRight: "row:unfold",
  ArrowLeft: "row:fold",
};

function rowOf(target: EventTarget | null): HTMLElement | undefined {
  return target instanceof Element ? (target.closest<HTMLElement>(".row") ?? undefined) : undefined;
}

function moveTo(tree: HTMLElement, from: HTMLElement, step: number | "first" | "last"): void {
  const rows = visibleRows(tree);
  const index = step === "first" ? 0 : step === "last" ? rows.length - 1 : rows.indexOf(from) + step;
  rows[index]?.focus();
}

function visibleRows(tree: HTMLElement): HTMLElement[] {
  return [...tree.querySelectorAll<HTMLElement>(".row")].filter((row) => row.offsetParent !== null);
}

/** Makes the first row the one that Tab reaches. */
export function makeFirstCurrent(tree: HTMLElement): void {
  const [first] = tree.querySelectorAll<HTMLElement>(".row");
  if (first !== undefined) first.tabIndex = 0;
}

function makeCurrent(tree: HTMLElement, row: HTMLElement): void {
  for (const other of tree.querySelectorAll<HTMLElement>(".row[tabindex='0'], .row .button[tabindex='0']")) {
    if (!row.contains(other)) other.tabIndex = -1;
  }
  row.tabIndex = 0;
  row.dispatchEvent(new CustomEvent("row:near"));
  for (const control of row.querySelectorAll<HTMLElement>(".actions .button")) control.tabIndex = 0;
}
