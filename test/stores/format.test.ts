import { describe, expect, it } from "vitest";
import { formatForPath, formatForWordOrPath } from "../../src/stores/format.ts";

describe("the format of a file", () => {
  it.each([
    ["a.yaml", "yaml"],
    ["a.yml", "yaml"],
    ["dir.json/a.yaml", "yaml"],
    ["a.json", "json"],
    ["a.enc.json", "json"],
    [".env", "dotenv"],
    ["prod.env", "dotenv"],
    ["a.ini", "ini"],
    ["a.JSON", "binary"],
    ["a.Yaml", "binary"],
    ["a.env.local", "binary"],
    ["a.yaml.bak", "binary"],
    ["yaml", "binary"],
    ["", "binary"],
  ])("is told by the end of its name alone: %s is %s", (path, format) => {
    expect(formatForPath(path)).toBe(format);
  });

  it.each([
    ["json", "a.yaml", "json"],
    ["binary", "a.yaml", "binary"],
    ["dotenv", "a", "dotenv"],
    ["", "a.ini", "ini"],
    ["env", "a.yaml", "yaml"],
    ["JSON", "a.yaml", "yaml"],
    ["toString", "a", "binary"],
  ])("is the one that a word names, or else the path's: %j and %s is %s", (word, path, format) => {
    expect(formatForWordOrPath(word, path)).toBe(format);
  });
});
