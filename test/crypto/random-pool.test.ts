import { describe, expect, it } from "vitest";
import { pooledRandomBytes } from "../../src/crypto/random-pool.ts";

/** A source whose bytes count up, and what it has been asked for. */
function countingSource(): { draw(length: number): Uint8Array; drawn: Uint8Array[] } {
  let next = 0;
  const drawn: Uint8Array[] = [];
  const draw = (length: number): Uint8Array => {
    const bytes = Uint8Array.from({ length }, () => next++ % 251);
    drawn.push(bytes);
    return bytes;
  };
  return { draw, drawn };
}

describe("pooledRandomBytes", () => {
  it("hands out each byte of the source once, in order, while a pool lasts", () => {
    const source = countingSource();
    const randomBytes = pooledRandomBytes(source.draw);
    expect(randomBytes(3)).toEqual(Uint8Array.of(0, 1, 2));
    expect(randomBytes(0)).toEqual(new Uint8Array(0));
    expect(randomBytes(2)).toEqual(Uint8Array.of(3, 4));
    expect(source.drawn).toHaveLength(1);
  });

  it("draws a new pool when too little is left, and leaves the rest unused", () => {
    const source = countingSource();
    const randomBytes = pooledRandomBytes(source.draw);
    const poolBytes = (randomBytes(500), source.drawn[0]?.length ?? 0);
    for (let used = 500; used + 500 <= poolBytes; used += 500) randomBytes(500);
    expect(source.drawn).toHaveLength(1);
    const next = randomBytes(500);
    expect(source.drawn).toHaveLength(2);
    expect(next[0]).toBe(poolBytes % 251);
  });

  it("erases from the pool what it has handed out", () => {
    const source = countingSource();
    pooledRandomBytes(source.draw)(100);
    expect(source.drawn[0]?.subarray(0, 100)).toEqual(new Uint8Array(100));
    expect(source.drawn[0]?.[100]).toBe(100);
  });

  it("gives memory of its own, so that changing it changes nothing else", () => {
    const randomBytes = pooledRandomBytes(countingSource().draw);
    const first = randomBytes(4);
    const second = randomBytes(4);
    first.fill(0xff);
    expect(second).toEqual(Uint8Array.of(4, 5, 6, 7));
    expect(second.buffer.byteLength).toBe(4);
  });

  it("passes large requests on", () => {
    const source = countingSource();
    const randomBytes = pooledRandomBytes(source.draw);
    expect(randomBytes(5000)).toBe(source.drawn[0]);
  });
});
