import { messageOf, SopsError } from "../errors.ts";

/** The chunks that an input comes in. */
type Chunks = AsyncIterator<Uint8Array, unknown>;

const newline = 0x0a;

/** An input that is read line by line, or to its end, and opened when something is read from it. */
export class StandardInput {
  readonly #open: () => AsyncIterable<Uint8Array>;
  #chunks: Chunks | undefined;
  /** What was read beyond the end of a line. */
  #ahead: Uint8Array = new Uint8Array();

  constructor(open: () => AsyncIterable<Uint8Array>) {
    this.#open = open;
  }

  /** @throws SopsError `COULD_NOT_READ_INPUT_FILE` */
  async readAll(): Promise<Uint8Array> {
    const parts = [this.#takeAhead()];
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) parts.push(chunk);
    return Buffer.concat(parts);
  }

  /**
   * The next line without its end, also when the input ends without one; undefined when there is nothing more.
   *
   * @throws SopsError `COULD_NOT_READ_INPUT_FILE`
   */
  async readLine(): Promise<string | undefined> {
    const parts: Uint8Array[] = [];
    let part: Uint8Array | undefined = this.#takeAhead();
    while (part !== undefined) {
      const end = part.indexOf(newline);
      parts.push(end === -1 ? part : part.subarray(0, end));
      if (end !== -1) {
        this.#ahead = part.subarray(end + 1);
        return decodeLine(parts);
      }
      part = await this.#next();
    }
    return parts.every(({ length }) => length === 0) ? undefined : decodeLine(parts);
  }

  /** Lets go of the input, which would keep the process running. */
  async close(): Promise<void> {
    await this.#chunks?.return?.();
  }

  #takeAhead(): Uint8Array {
    const ahead = this.#ahead;
    this.#ahead = new Uint8Array();
    return ahead;
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      this.#chunks ??= this.#open()[Symbol.asyncIterator]();
      const result = await this.#chunks.next();
      return result.done === true ? undefined : result.value;
    } catch (error) {
      throw new SopsError("COULD_NOT_READ_INPUT_FILE", `Error reading from stdin: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}

function decodeLine(parts: readonly Uint8Array[]): string {
  return new TextDecoder().decode(Buffer.concat(parts)).replace(/\r$/, "");
}
