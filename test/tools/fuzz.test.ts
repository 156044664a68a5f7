import { describe, expect, it } from "vitest";
import { fuzzedFormats, makeSample } from "../../tools/fuzz/samples.ts";
import { shrink } from "../../tools/fuzz/shrink.ts";

describe("the fuzzer", () => {
  it.each(fuzzedFormats)("makes the same %s sample from the same seed, and another from the next", (format) => {
    expect(makeSample(format, 7)).toEqual(makeSample(format, 7));
    expect(makeSample(format, 7)).not.toEqual(makeSample(format, 8));
  });

  it("shrinks a document to what shows the defect", async () => {
    const document = Buffer.from("a: 1\nb: [x, é]\nc: 3\n");
    const small = await shrink(document, async (candidate) => /\[.*é/.test(Buffer.from(candidate).toString()));
    expect(Buffer.from(small).toString()).toBe("[é");
  });

  it("leaves a document alone when nothing smaller shows the defect", async () => {
    const document = Buffer.from("a: 1\n");
    expect(await shrink(document, async () => false)).toEqual(document);
  });
});
