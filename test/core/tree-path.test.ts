import { describe, expect, it } from "vitest";
import { formatTreePath, parseTreePath } from "../../src/core/tree-path.ts";

describe("tree paths", () => {
  it.each([
    [`["a"]`, ["a"]],
    [`["a"]['b'][0]`, ["a", "b", 0]],
    [`["a.b"][" "][12]`, ["a.b", " ", 12]],
    [`["it's"]`, ["it's"]],
    [``, []],
    [`["a"][-1]`, ["a", -1]],
    [`['a"]`, ["a"]],
  ])("%s is read", (text, steps) => {
    expect(parseTreePath(text)).toEqual(steps);
  });

  it.each([`a`, `["a"`, `["a"]b`, `[a]`, `[1.5]`, `[]`, `["a"] `, `["]`, `[99999999999999999999]`])(
    "%s is refused",
    (text) => {
      expect(() => parseTreePath(text)).toThrow(expect.objectContaining({ code: "INVALID_TREE_PATH_FORMAT" }));
    },
  );

  it("writes what it reads", () => {
    expect(formatTreePath(["a", 0, "b c"])).toBe(`["a"][0]["b c"]`);
    expect(parseTreePath(formatTreePath(["a", 0, "b c"]))).toEqual(["a", 0, "b c"]);
    expect(formatTreePath([])).toBe("[]");
  });
});
