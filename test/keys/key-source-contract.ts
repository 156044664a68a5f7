import { describe, expect, it } from "vitest";
import { describeKey } from "../../src/core/master-key.ts";
import type { MasterKey } from "../../src/core/metadata.ts";
import { SopsError } from "../../src/errors.ts";
import type { KeyContext, KeySource } from "../../src/keys/key-source.ts";
import { expectNoSecrets } from "../support/canary.ts";

/** What the suite needs to know of a source. */
export interface KeySourceSample {
  /** A key as a flag names it, and its string form. */
  readonly text: string;
  readonly name: string;
  /** Another key, which `open` cannot use. */
  readonly otherText: string;
  /** Texts that name no key. */
  readonly malformed: readonly string[];
  /** Makes a context that has what unwrapping a key of `text` takes. */
  readonly open: () => KeyContext;
  /** Makes a context that has nothing. */
  readonly closed: () => KeyContext;
  /** Makes a context that has what wrapping for both keys takes. Default: `closed`, since public keys take nothing. */
  readonly wrapWith?: () => KeyContext;
  /** What must not occur in any error. */
  readonly secrets: readonly string[];
}

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);

/** Holds a source to the contract of {@link KeySource}. */
export function keySourceContract<Key extends MasterKey>(source: KeySource<Key>, sample: KeySourceSample): void {
  const parseOne = async (text: string): Promise<Key> => (await source.parse(text, sample.closed()))[0] as Key;
  const wrap = (key: Key, bytes: Uint8Array): Promise<string> => {
    return source.wrap(key, bytes, (sample.wrapWith ?? sample.closed)());
  };
  const wrapped = async (text: string): Promise<Key> => {
    const key = await parseOne(text);
    return { ...key, enc: await wrap(key, dataKey) };
  };
  const failure = async (act: Promise<unknown>): Promise<SopsError> => {
    const error = await act.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SopsError);
    await expectNoSecrets([...sample.secrets, dataKey], { errors: [error] });
    return error as SopsError;
  };

  describe(`the key source ${source.kind}`, () => {
    it("parses one key, several, or none", async () => {
      const keys = await source.parse(`${sample.text},${sample.otherText}`, sample.closed());
      expect(keys.map(describeKey)).toEqual([sample.name, describeKey(await parseOne(sample.otherText))]);
      expect(keys.every((key) => key.kind === source.kind && key.enc === "")).toBe(true);
      expect(await source.parse("", sample.closed())).toEqual([]);
    });

    it.each(sample.malformed)("refuses the key %j", async (text) => {
      const error = await failure(Promise.resolve().then(() => source.parse(text, sample.closed())));
      expect(error.code).toBe("INVALID_MASTER_KEY");
    });

    it("unwraps what it wrapped, a data key or a share of one", async () => {
      for (const bytes of [dataKey, Uint8Array.of(...dataKey, 7)]) {
        const key = await parseOne(sample.text);
        key.enc = await wrap(key, bytes);
        expect(new Uint8Array(await source.unwrap(key, sample.open()))).toEqual(bytes);
      }
    });

    it("wraps anew every time, and leaves the key as it is", async () => {
      const key = await parseOne(sample.text);
      const first = await wrap(key, dataKey);
      expect(await wrap(key, dataKey)).not.toBe(first);
      expect(key.enc).toBe("");
    });

    it("says why a key cannot be unwrapped", async () => {
      const key = await wrapped(sample.text);
      const other = await wrapped(sample.otherText);
      await failure(source.unwrap(key, sample.closed()));
      await failure(source.unwrap(other, sample.open()));
    });

    it("refuses whatever is not what it wrapped", async () => {
      const key = await wrapped(sample.text);
      const middle = Math.floor(key.enc.length / 2);
      const changed = `${key.enc.slice(0, middle)}${key.enc[middle] === "A" ? "B" : "A"}${key.enc.slice(middle + 1)}`;
      for (const enc of ["", "x", key.enc.slice(0, middle), `${key.enc}x`, changed]) {
        await failure(source.unwrap({ ...key, enc }, sample.open()));
      }
    });
  });
}
