import { describe, expect, it } from "vitest";
import { SopsError } from "../../src/errors.ts";
import { DataKeyError, type GroupAttempt } from "../../src/keys/data-key-error.ts";

const failed = (key: string, ...messages: string[]): GroupAttempt["keys"][number] => ({
  key,
  errors: messages.map((message) => new SopsError("COULD_NOT_RETRIEVE_KEY", message)),
});

const oneGroup: GroupAttempt[] = [
  {
    ok: false,
    keys: [
      failed(
        "age1abc",
        "failed to load age identities. Did not find keys in locations 'SOPS_AGE_KEY', and '/home/somebody/.config/sops/age/keys.txt'.",
      ),
      failed("ABCD", "first", "second\nwith two lines"),
    ],
  },
];

const threeGroups: GroupAttempt[] = [
  { ok: true, keys: [failed("age1not", "not this one")] },
  { ok: false, keys: [failed("age1abc", "no")] },
  { ok: false, keys: [failed("age1def", "no")] },
];

describe("the report of a data key that was not recovered", () => {
  it("lists groups, keys and reasons as sops does", () => {
    expect(new DataKeyError(oneGroup, 0).message).toBe(
      [
        "Failed to get the data key required to decrypt the SOPS file.",
        "",
        "Group 0: FAILED",
        "  age1abc: FAILED",
        "    - | failed to load age identities. Did not find keys in",
        "      | locations 'SOPS_AGE_KEY', and",
        "      | '/home/somebody/.config/sops/age/keys.txt'.",
        "  ",
        "  ABCD: FAILED",
        "    - | first",
        "    ",
        "    - | second",
        "      | with two lines",
        "",
        "Recovery failed because no master key was able to decrypt the file. In",
        "order for SOPS to recover the file, at least one key has to be successful,",
        "but none were.",
      ].join("\n"),
    );
  });

  it("says how many groups are missing", () => {
    expect(new DataKeyError(threeGroups, 2).message).toBe(
      [
        "Failed to get the data key required to decrypt the SOPS file.",
        "",
        "Group 0: SUCCESS",
        "",
        "Group 1: FAILED",
        "  age1abc: FAILED",
        "    - | no",
        "",
        "Group 2: FAILED",
        "  age1def: FAILED",
        "    - | no",
        "",
        "Recovery failed because the file was encrypted with a Shamir threshold of",
        "2, but only 1 part(s) were successfully recovered, one for each successful",
        "key group. In order for SOPS to recover the file, at least 2 groups have to",
        "be successful. In order for a group to be successful, decryption has to",
        "succeed with any of the keys in that key group.",
      ].join("\n"),
    );
  });

  it("may mark what succeeded and what failed", () => {
    const report = new DataKeyError(threeGroups, 2).report((status) => `<${status}>`);
    expect(report).toContain("Group 0: <SUCCESS>\n\nGroup 1: <FAILED>\n  age1abc: <FAILED>\n");
  });

  it("gives the first hint that a reason has", () => {
    const errors = [new SopsError("GENERIC", "a"), new SopsError("GENERIC", "b", { hint: "Try c." })];
    expect(new DataKeyError([{ ok: false, keys: [{ key: "k", errors }] }], 0).hint).toBe("Try c.");
    expect(new DataKeyError(threeGroups, 2).hint).toBeUndefined();
  });
});
