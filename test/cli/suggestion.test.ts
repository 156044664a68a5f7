import { describe, expect, it } from "vitest";
import { nearest } from "../../src/cli/suggestion.ts";

const commands = ["encrypt", "decrypt", "edit", "set", "unset", "rotate", "updatekeys", "exec-env", "exec-file"];

describe("a suggestion", () => {
  it.each([
    ["encypt", "encrypt"],
    ["decrpyt", "decrypt"],
    ["encryptt", "encrypt"],
    ["edti", "edit"],
    ["st", "set"],
    ["exec-fiel", "exec-file"],
    ["exec-evn", "exec-env"],
    ["update", "updatekeys"],
    ["updatekey", "updatekeys"],
  ])("for %j is %j", (word, command) => {
    expect(nearest(word, commands)).toBe(command);
  });

  it.each(["secrets", "e", "exec", "values.yaml", ""])("is not made for %j", (word) => {
    expect(nearest(word, commands)).toBeUndefined();
  });
});
