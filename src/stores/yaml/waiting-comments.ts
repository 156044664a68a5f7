import type { LineWriter } from "./line-writer.ts";

/**
 * Comments on their way into the file, the peculiar part of go-yaml. It keeps one waiting comment of each kind for the
 * whole stream: a comment is announced by what it belongs to, and written by the next place that writes its kind. So one
 * behind a mapping shows up behind a value after its end, one in an empty list above the next key, and one that another
 * of its kind overtakes is lost.
 *
 * @see go-yaml emitterc.go, `yaml_emitter_process_head_comment` and its siblings
 */
export class WaitingComments {
  readonly #out: LineWriter;
  #above = "";
  #behind = "";
  #below = "";
  /** Below the last item of a mapping, before what waits as `#above`. */
  #belowLast = "";
  /** Behind something that ended before the present key. */
  #behindKey = "";

  constructor(out: LineWriter) {
    this.#out = out;
  }

  get areNone(): boolean {
    return (
      this.#above === "" &&
      this.#behind === "" &&
      this.#below === "" &&
      this.#belowLast === "" &&
      this.#behindKey === ""
    );
  }

  announceAbove(text: string): void {
    if (text !== "") this.#above = text;
  }

  announceBehind(text: string): void {
    if (text !== "") this.#behind = text;
  }

  announceBelow(text: string): void {
    if (text !== "") this.#below = text;
  }

  announceBelowLast(text: string): void {
    if (text !== "") this.#belowLast = text;
  }

  /** At a key: what waited for a place behind something now waits for the key's value. */
  moveToKey(): void {
    if (this.#behind === "") return;
    this.#behindKey = this.#behind;
    this.#behind = "";
  }

  /** At a leaf: it takes what waits for its key, unless it has a comment of its own. */
  moveToLeaf(): void {
    if (this.#behind !== "") return;
    this.#behind = this.#behindKey;
    this.#behindKey = "";
  }

  /** At a container: what waits for its key goes behind that. */
  writeBehindKey(indent: number): void {
    if (this.#behindKey === "") return;
    this.#out.comment(this.#behindKey, indent);
    this.#behindKey = "";
  }

  writeAbove(indent: number): void {
    if (this.#belowLast !== "") {
      this.#writeFoot(this.#belowLast, indent);
      this.#belowLast = "";
    }
    if (this.#above === "") return;
    this.#out.startLine(indent);
    this.#out.comment(this.#above, indent);
    this.#above = "";
  }

  /** @returns whether there was a comment, which ends the line */
  writeBehind(indent: number): boolean {
    if (this.#behind === "") return false;
    this.#out.comment(this.#behind, indent);
    this.#behind = "";
    return true;
  }

  writeBelow(indent: number): void {
    if (this.#below === "") return;
    this.#writeFoot(this.#below, indent);
    this.#below = "";
  }

  /** A line of the same indentation behind it is set off, lest the comment be taken for that line's. */
  #writeFoot(text: string, indent: number): void {
    this.#out.startLine(indent);
    this.#out.comment(text, indent);
    this.#out.setOff(indent);
  }
}
