import { SopsError } from "../errors.ts";
import type { CommandContext } from "./command.ts";

/** How many files are decrypted and written at the same time. */
const usuallyAtOnce = 8;

/** Work on many files, where the failure of one is told, remembered, and does not stop the others. */
export class ManyFiles {
  readonly #context: CommandContext;
  readonly #failed = new Set<string>();

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** How many files failed. */
  get failures(): number {
    return this.#failed.size;
  }

  /**
   * Works on several files at once.
   *
   * @param doing - for the terminal, such as `Updating`
   * @param atOnce - how many files are worked on at the same time
   */
  async each(
    paths: Iterable<string>,
    doing: string,
    operation: (path: string) => Promise<void>,
    atOnce = usuallyAtOnce,
  ): Promise<void> {
    const { progressLine } = this.#context;
    const waiting = [...paths].toReversed();
    const total = waiting.length;
    let done = 0;
    const tell = (): void => progressLine.show(`${doing}: ${done} of ${total} files`);
    const work = async (): Promise<void> => {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        await this.#attempt(path, operation);
        done += 1;
        tell();
      }
    };
    tell();
    try {
      await Promise.all(Array.from({ length: atOnce }, work));
    } finally {
      progressLine.hide();
    }
  }

  async #attempt(path: string, operation: (path: string) => Promise<void>): Promise<void> {
    try {
      await operation(path);
    } catch (error) {
      if (!(error instanceof SopsError)) throw error;
      const { message, hint } = error;
      this.#context.log.error(message, { file: path, ...(hint !== undefined && { hint }) });
      this.#failed.add(path);
    }
  }
}
