import { describe, expect, it } from "vitest";
import { compareKeyGroups, differs } from "../../src/core/key-groups-difference.ts";
import type { KeyGroup, MasterKey } from "../../src/core/metadata.ts";

const age = (recipient: string): MasterKey => ({ kind: "age", recipient, enc: `wrapped for ${recipient}` });
const pgp = (fingerprint: string, createdAt: string): MasterKey => ({ kind: "pgp", fingerprint, createdAt, enc: "" });
const names = (keys: readonly MasterKey[]): string =>
  keys.map((key) => (key.kind === "age" ? key.recipient : key.kind)).join("");

function difference(before: readonly string[], after: readonly string[]): string[] {
  const groups = (texts: readonly string[]): KeyGroup[] => texts.map((text) => [...text].map(age));
  return compareKeyGroups(groups(before), groups(after)).map(
    ({ kept, added, removed }) => `${names(kept)} +${names(added)} -${names(removed)}`,
  );
}

describe("comparing key groups", () => {
  it.each<[string[], string[], string[]]>([
    [["a"], ["a"], ["a + -"]],
    [["ab"], ["ba"], ["ba + -"]],
    [["ab"], ["bc"], ["b +c -a"]],
    [["a"], ["a", "b"], ["a + -", " +b -"]],
    [["a", "b"], ["b"], [" +b -a", " + -b"]],
    [["a"], [""], [" + -a"]],
    [["a"], ["aa"], ["aa + -"]],
    [[], [], []],
  ])("%j and %j", (before, after, expected) => {
    expect(difference(before, after)).toEqual(expected);
  });

  it("takes keys for the same by their string form", () => {
    const [group] = compareKeyGroups([[pgp("F", "2020-01-01T00:00:00Z")]], [[pgp("F", "2026-01-01T00:00:00Z")]]);
    expect(group).toMatchObject({ added: [], removed: [], kept: [{ createdAt: "2026-01-01T00:00:00Z" }] });
  });

  it("tells whether there is a difference", () => {
    const [same, more, fewer] = compareKeyGroups([[age("a")], [], [age("b")]], [[age("a")], [age("b")], []]);
    expect([same, more, fewer].map((group) => group !== undefined && differs(group))).toEqual([false, true, true]);
  });
});
