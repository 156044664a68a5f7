import { SopsError } from "../errors.ts";
import type { CommandContext } from "./command.ts";

/** How many files are decrypted and written at the same time. */
const atOnce = 8;

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

  /** Works on one file. */
  async attempt(path: string, operation: () => Promise<void>): Promise<void> {
    try {
      await operation();
    } catch (error) {
      if (!(error instanceof SopsError)) throw error;
      const { message, hint } = error;
      this.#context.log.error(message, { file: path, ...(hint !== undefined && { hint }) });
      this.#failed.add(path);
    }
  }

  /** Works on several files at once. */
  async each<File extends { readonly path: string }>(
    files: Iterable<File>,
    operation: (file: File) => Promise<void>,
  ): Promise<void> {
    const waiting = [...files].toReversed();
    const work = async (): Promise<void> => {
      for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
        const next = file;
        await this.attempt(next.path, () => operation(next));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
}
