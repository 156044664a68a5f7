import { describe, expect, it, vi } from "vitest";

describe("a regular expression", () => {
  it("needs the engine only for more than literals", async () => {
    vi.resetModules();
    const fresh = await import("../../src/core/regex.ts");
    await fresh.loadRegexEngine(["^(a|b)$", "c"]);
    expect(fresh.compileRegex("^(a|b)$")).not.toHaveProperty("invalid");
    expect(() => fresh.compileRegex("a+")).toThrow(TypeError);
    await fresh.loadRegexEngine(["c", "a+"]);
    expect(fresh.compileRegex("a+")).not.toHaveProperty("invalid");
  });
});
