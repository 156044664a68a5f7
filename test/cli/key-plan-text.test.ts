import { describe, expect, it } from "vitest";
import { keyPlanText } from "../../src/cli/key-plan-text.ts";
import type { GroupDifference } from "../../src/core/key-groups-difference.ts";
import type { MasterKey } from "../../src/core/metadata.ts";

const age = (recipient: string): MasterKey => ({ kind: "age", recipient, enc: "" });
const group: GroupDifference = { kept: [age("k")], added: [age("a")], removed: [age("r")] };

describe("the changes to a file's keys", () => {
  it.each([
    [0, 0, ""],
    [2, 2, "shamir_threshold: 2\n"],
    [2, 1, "+++ shamir_threshold: 1\n--- shamir_threshold: 2\n"],
    [2, 0, "--- shamir_threshold: 2\n"],
    [0, 2, "+++ shamir_threshold: 2\n"],
  ])("thresholds %i and %i", (before, after, text) => {
    expect(keyPlanText({ before, after }, [], { color: false })).toBe(text);
  });

  it("are signs before the keys, kept ones first", () => {
    const text = keyPlanText({ before: 0, after: 0 }, [group, { kept: [], added: [], removed: [] }], { color: false });
    expect(text).toBe("Group 1\n    k\n+++ a\n--- r\nGroup 2\n");
  });

  it("are painted as sops paints them", () => {
    expect(keyPlanText({ before: 2, after: 1 }, [group], { color: true })).toBe(
      "\u001b[32m+++ shamir_threshold: 1\n\u001b[0m\u001b[31m--- shamir_threshold: 2\n\u001b[0m" +
        "\u001b[4mGroup 1\n\u001b[0m    k\n\u001b[32m+++ a\n\u001b[0m\u001b[31m--- r\n\u001b[0m",
    );
  });
});
