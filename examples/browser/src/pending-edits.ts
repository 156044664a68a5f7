import type { TreeEdit, TreePath } from "sops-ts";
import type { LeafText } from "./leaf-value.ts";

/** Where a value is: its document and its path in there. */
export interface Place {
  readonly document: number;
  readonly path: TreePath;
}

/** A change that is not saved yet. What it was before is in the opened file. */
export interface PendingEdit {
  readonly edit: TreeEdit;
  /** What is shown in its place; undefined when it is removed. */
  readonly shown: LeafText | undefined;
  /** Whether the value is new. */
  readonly added: boolean;
}

/** Changes that are not saved yet, by place. Whoever listens is told of each. */
export class PendingEdits {
  readonly #edits = new Map<string, PendingEdit>();
  readonly #listeners: (() => void)[] = [];

  get size(): number {
    return this.all().length;
  }

  get(place: Place): PendingEdit | undefined {
    return this.#edits.get(keyOf(place));
  }

  set(place: Place, edit: PendingEdit): void {
    this.#edits.set(keyOf(place), edit);
    this.#tell();
  }

  undo(place: Place): void {
    if (this.#edits.delete(keyOf(place))) this.#tell();
  }

  clear(): void {
    this.#edits.clear();
    this.#tell();
  }

  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** New values whose container is this one. */
  addedIn({ document, path }: Place): Place[] {
    return [...this.#edits.values()]
      .filter(({ added }) => added)
      .map(({ edit }) => ({ document: edit.document ?? 0, path: edit.path }))
      .filter(
        (place) => keyOf({ document: place.document, path: place.path.slice(0, -1) }) === keyOf({ document, path }),
      );
  }

  /** The names of what was changed, without where it is. */
  names(): string[] {
    return this.all().map(({ path }) => nameAt(path));
  }

  /** The edits for the library, in the order in which they were made. What is inside something that is removed is left out. */
  all(): TreeEdit[] {
    const edits = [...this.#edits.values()].map(({ edit }) => edit);
    const removed = edits.filter((edit) => "remove" in edit);
    return edits.filter((edit) => !removed.some((outer) => isInside(edit, outer)));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A key, or for an element of a list the list's key with it. */
function nameAt(path: TreePath): string {
  const keys = path.findLastIndex((step) => typeof step === "string");
  return path.slice(Math.max(0, keys)).map(String).join(" ");
}

function keyOf({ document, path }: Place): string {
  return JSON.stringify([document, path]);
}

function isInside(edit: TreeEdit, outer: TreeEdit): boolean {
  if (edit.path.length <= outer.path.length || (edit.document ?? 0) !== (outer.document ?? 0)) return false;
  return outer.path.every((step, index) => step === edit.path[index]);
}
