import { describe, expect, it } from "vitest";
import { decodeByteString, encodeByteString } from "../../src/bytes.ts";
import { SopsError } from "../../src/errors.ts";
import type { Store } from "../../src/stores/store.ts";
import { expectNoSecrets } from "./canary.ts";

/** What a store must be shown to be tested; files as text, bytes that are not UTF-8 as in `bytes.ts`. */
export interface StoreSamples {
  /** A file laid out as the store itself writes it. */
  readonly file: string;
  /** Files that are not of the format. Each holds {@link secretInDamage}, which no message may repeat. */
  readonly damaged: readonly string[];
}

/** A text that stands in damaged samples. */
export const secretInDamage = "hunter2-secret";

/** Holds a store to what `Store` promises of every one. */
export function storeContract(store: Store, { file, damaged }: StoreSamples): void {
  describe(`the ${store.format} store`, () => {
    it("emits a file of its own as it was", () => {
      expect(decodeByteString(store.emit(store.load(encodeByteString(file))))).toBe(file);
    });

    it("loads the same tree from what it emits", () => {
      const branches = store.load(encodeByteString(file));
      expect(store.load(store.emit(branches))).toStrictEqual(branches);
    });

    it("leaves the tree alone when it emits", () => {
      const branches = store.load(encodeByteString(file));
      store.emit(branches);
      expect(branches).toStrictEqual(store.load(encodeByteString(file)));
    });

    it("does not keep or change the bytes it loads", () => {
      const bytes = encodeByteString(file);
      store.load(bytes);
      expect(decodeByteString(bytes)).toBe(file);
    });

    it.each(damaged)("refuses a file of another format and repeats nothing of it: %j", async (text) => {
      expect(text).toContain(secretInDamage);
      const error = thrownBy(() => store.load(encodeByteString(text)));
      expect(error).toBeInstanceOf(SopsError);
      expect(error).toMatchObject({ code: "COULD_NOT_READ_INPUT_FILE", message: expect.stringMatching(/line \d/) });
      await expectNoSecrets([secretInDamage], { errors: [error] });
    });
  });
}

/** What a function throws; undefined when it does not. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
