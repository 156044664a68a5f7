import { describe, expect, it } from "vitest";
import { decodeByteString } from "../../src/bytes.ts";
import { Branch } from "../../src/core/tree.ts";
import { loadStore } from "../../src/stores/registry.ts";
import type { Format } from "../../src/stores/store.ts";

describe("the store of a format", () => {
  it.each<[Format, string]>([
    ["yaml", "nested"],
    ["json", "nested"],
    ["dotenv", "flat"],
    ["ini", "below-top"],
    ["binary", "nested"],
  ])("%s is loaded by its name and keeps its metadata %s", async (format, metadataPlacement) => {
    expect(await loadStore(format)).toMatchObject({ format, metadataPlacement });
  });

  it("is given its layout", async () => {
    const branch = new Branch([{ key: "a", value: new Branch([{ key: "b", value: 1n }]) }]);
    const [json, yaml] = await Promise.all([loadStore("json", { indent: 1 }), loadStore("yaml", { indent: 2 })]);
    expect(decodeByteString(json.emit([branch]))).toBe('{\n "a": {\n  "b": 1\n }\n}\n');
    expect(decodeByteString(yaml.emit([branch]))).toBe("a:\n  b: 1\n");
  });
});
