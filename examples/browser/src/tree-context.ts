import type { Format } from "sops-ts";
import type { PendingEdits } from "./pending-edits.ts";

/** What the rows of a tree share. */
export interface TreeContext {
  readonly format: Format;
  readonly pending: PendingEdits;
  /** Whether all values are shown. */
  readonly revealAll: () => boolean;
  /** Tells a row, by the event `row:near`, that it is about to be seen. */
  readonly watch: (row: HTMLElement) => void;
  /** Tells assistive technology what happened. */
  readonly announce: (text: string) => void;
  /** The binary file's name: what its content is saved as. */
  readonly plainName: string;
}
