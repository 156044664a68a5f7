import type { Readable } from "node:stream";

/**
 * The chunks of a stream that other programs read too: nothing is taken from it but when it is asked for, so that what a person types
 * for an editor goes to the editor.
 */
export class SharedInput implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #stream: Readable;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const stream = this.#stream;
    if (stream.readableEnded || stream.destroyed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((done, fail) => {
      const stop = (): void => {
        stream.pause();
        stream.off("data", onData).off("end", onEnd).off("error", onError);
      };
      const onData = (chunk: Uint8Array): void => (stop(), done({ done: false, value: chunk }));
      const onEnd = (): void => (stop(), done({ done: true, value: undefined }));
      const onError = (error: Error): void => (stop(), fail(error));
      stream.on("data", onData).on("end", onEnd).on("error", onError);
      stream.resume();
    });
  }

  /** Lets go of the stream, also of a chunk that is awaited. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#stream.destroy();
    return { done: true, value: undefined };
  }
}
