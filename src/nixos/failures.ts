import { messageOf, SopsError } from "../errors.ts";
import { PlatformError } from "../platform/platform.ts";

/**
 * Failures of single secrets and templates: either the first one ends everything, or they are kept and the others go on.
 */
export class Failures {
  #keepGoing: boolean;
  readonly #errors: SopsError[] = [];

  constructor(keepGoing: boolean) {
    this.#keepGoing = keepGoing;
  }

  /** In the order in which they happened. */
  get errors(): readonly SopsError[] {
    return this.#errors;
  }

  /**
   * What `act` gives; undefined when it failed and the others may go on.
   *
   * @throws SopsError when nothing goes on
   */
  async tolerate<Result>(act: () => Promise<Result> | Result): Promise<Result | undefined> {
    try {
      return await act();
    } catch (error) {
      this.add(asSopsError(error));
      return undefined;
    }
  }

  /** From here on nothing is undone, so everything goes on. */
  keepGoing(): void {
    this.#keepGoing = true;
  }

  /** Keeps a failure, once though several secrets may meet with it, or throws it. */
  add(error: SopsError): void {
    if (!this.#keepGoing) throw error;
    if (!this.#errors.includes(error)) this.#errors.push(error);
  }
}

/** Anything of the world that failed, as an error that names it; what is a bug is thrown as it is. */
function asSopsError(error: unknown): SopsError {
  if (error instanceof SopsError) return error;
  if (error instanceof PlatformError) return new SopsError("GENERIC", messageOf(error), { cause: error });
  throw error;
}
