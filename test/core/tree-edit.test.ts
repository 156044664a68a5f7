import { describe, expect, it } from "vitest";
import { toPlainObject } from "../../src/core/plain-object.ts";
import { Branch, Comment } from "../../src/core/tree.ts";
import { editedBranches, type TreeEdit } from "../../src/core/tree-edit.ts";

const document = (): Branch =>
  new Branch([
    { key: "list", value: ["a", new Comment(" about b"), "b", "c"] },
    { key: "map", value: new Branch([{ key: "x", value: 1n }]) },
  ]);
const edited = (...edits: TreeEdit[]): unknown => toPlainObject(editedBranches([document()], edits)[0] ?? new Branch());

describe("edits of documents", () => {
  it("leave the given documents as they are", () => {
    const before = document();
    editedBranches(
      [before],
      [
        { path: ["map", "x"], value: 2 },
        { path: ["list"], remove: true },
      ],
    );
    expect(before).toEqual(document());
  });

  it("set values, make what is missing, and append past the end of a list", () => {
    const result = edited(
      { path: ["map", "x"], value: "new" },
      { path: ["made", "here"], value: true },
      { path: ["list", 4], value: "d" },
      { path: ["list", 5], value: "e" },
    );
    expect(result).toEqual({ list: ["a", "b", "c", "d", "e"], map: { x: "new" }, made: { here: true } });
  });

  it.each([
    ["ascending", [0, 2]],
    ["descending", [2, 0]],
  ])("remove the positions that were meant, given in %s order", (_, positions) => {
    expect(edited(...positions.map((position) => ({ path: ["list", position], remove: true }) as const))).toEqual({
      list: ["c"],
      map: { x: 1 },
    });
  });

  it("remove what is inside something that is removed as well, with others between them", () => {
    const result = edited(
      { path: ["list"], remove: true },
      { path: ["map", "x"], remove: true },
      { path: ["list", 0], remove: true },
      { path: ["list", 3], remove: true },
    );
    expect(result).toEqual({ map: {} });
  });

  it("take positions as they were before a removal", () => {
    expect(edited({ path: ["list", 0], remove: true }, { path: ["list", 3], value: "C" })).toEqual({
      list: ["b", "C"],
      map: { x: 1 },
    });
  });

  it("keep comments", () => {
    const [branch] = editedBranches([document()], [{ path: ["list", 2], value: "B" }]);
    expect(branch?.items[0]).toEqual({ key: "list", value: ["a", new Comment(" about b"), "B", "c"] });
  });

  it("are refused for a document that is not there", () => {
    expect(() => edited({ path: ["a"], value: 1, document: 1 })).toThrow(
      expect.objectContaining({ code: "TREE_PATH_NOT_FOUND", message: "the file has no document 1: it has 1" }),
    );
  });

  it("are refused for a value that is not there, and for one that no file can hold", () => {
    expect(() => edited({ path: ["map", "y"], remove: true })).toThrow(
      expect.objectContaining({ code: "TREE_PATH_NOT_FOUND" }),
    );
    expect(() => edited({ path: ["a"], value: new Map() as never })).toThrow(TypeError);
  });
});
