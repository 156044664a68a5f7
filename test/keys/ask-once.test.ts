import { describe, expect, it } from "vitest";
import { askOnce } from "../../src/keys/ask-once.ts";
import { contextWith } from "./context.ts";

describe("asking once", () => {
  it("shares one answer, also while it is awaited", async () => {
    const context = contextWith();
    let asked = 0;
    const ask = (): Promise<number> => askOnce(context, "a", async () => ++asked);
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    expect(await ask()).toBe(1);
    expect(await askOnce(context, "b", async () => ++asked)).toBe(2);
    expect(await askOnce(contextWith(), "a", async () => ++asked)).toBe(3);
  });

  it("asks again after a failure", async () => {
    const context = contextWith();
    const failing = askOnce(context, "a", async () => {
      throw new TypeError("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await askOnce(context, "a", async () => "yes")).toBe("yes");
  });
});
