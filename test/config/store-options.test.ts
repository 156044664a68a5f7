import { describe, expect, it } from "vitest";
import { storeOptions } from "../../src/config/store-options.ts";
import type { Format } from "../../src/stores/store.ts";
import { configOf } from "../support/config-rules.ts";

describe("the layout of a format", () => {
  it.each<[string, Format, number | undefined, object]>([
    ["", "yaml", undefined, {}],
    ["", "json", undefined, { indent: -1 }],
    ["", "binary", undefined, { indent: -1 }],
    ["stores: {yaml: {indent: 2}}", "yaml", undefined, { indent: 2 }],
    ["stores: {yaml: {indent: 0}}", "yaml", undefined, {}],
    ["stores: {json: {indent: 0}}", "json", undefined, { indent: 0 }],
    ["stores: {json: {indent: 3}}", "binary", undefined, { indent: -1 }],
    ["stores: {json_binary: {indent: 1}}", "binary", undefined, { indent: 1 }],
    ["stores: {json_binary: {indent: 1}}", "json", undefined, { indent: -1 }],
    ["stores: {yaml: {indent: 2}, json: {indent: -9}}", "yaml", undefined, { indent: 2 }],
    ["stores: {yaml: {indent: -2}}", "yaml", 3, { indent: 3 }],
    ["stores: {yaml: {indent: 2}}", "yaml", 0, {}],
    ["stores: {json: {indent: 2}}", "json", -1, { indent: -1 }],
    ["stores: {json_binary: {indent: 2}}", "binary", 4, { indent: 4 }],
    ["stores: {yaml: {indent: 2}}", "dotenv", 5, {}],
    ["stores: {yaml: {indent: 2}}", "ini", -5, {}],
  ])("by {%s} for %s with --indent %s", async (text, format, flag, expected) => {
    expect(storeOptions(await configOf(text), format, flag)).toEqual(expected);
  });

  it("has defaults without a config", () => {
    expect(storeOptions(undefined, "json")).toEqual({ indent: -1 });
    expect(storeOptions(undefined, "yaml")).toEqual({});
  });

  it.each<[string, Format, number | undefined, string]>([
    ["stores: {yaml: {indent: -1}}", "yaml", undefined, "YAML Negative indentation not accepted"],
    ["", "yaml", -2, "YAML Negative indentation not accepted"],
    ["stores: {json: {indent: -2}}", "json", undefined, "smaller than -1 is not accepted"],
    ["stores: {json_binary: {indent: -2}}", "binary", undefined, "smaller than -1 is not accepted"],
    ["", "binary", -3, "smaller than -1 is not accepted"],
  ])("by {%s} for %s with --indent %s is refused", async (text, format, flag, message) => {
    const config = await configOf(text);
    expect(() => storeOptions(config, format, flag)).toThrow(
      expect.objectContaining({
        code: "ERROR_DUMPING_TREE",
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });
});
