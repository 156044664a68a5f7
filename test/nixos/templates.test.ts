import { describe, expect, it } from "vitest";
import { renderTemplate } from "../../src/nixos/templates.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const render = (text: string, values: Record<string, string>, missing: Record<string, string> = {}) => {
  const context = {
    values: new Map(Object.entries(values).map(([placeholder, value]) => [placeholder, bytes(value)])),
    missing: new Map(Object.entries(missing)),
  };
  const { content, leftOver } = renderTemplate("conf", bytes(text), context);
  return { text: Buffer.from(content).toString(), leftOver };
};

describe("a template", () => {
  it.each([
    ["a=<A>\nb=<B><A>\n", "a=one\nb=two\none\n"],
    ["nothing", "nothing"],
    ["", ""],
    ["<C>", "<A>"],
  ])("%j becomes %j: values as they are, in one go", (text, result) => {
    expect(render(text, { "<A>": "one", "<B>": "two\n", "<C>": "<A>" })).toEqual({ text: result, leftOver: 0 });
  });

  it("takes placeholders literally, the longest first, and never an empty one", () => {
    expect(render("a.c axc a.cd", { "a.c": "1", "a.cd": "2", "": "3" }).text).toBe("1 axc 2");
  });

  it("keeps bytes that are not UTF-8", () => {
    const context = { values: new Map([["X", Uint8Array.of(0xff, 0x00)]]), missing: new Map() };
    expect(renderTemplate("t", Uint8Array.of(0x80, 0x58, 0x81), context).content).toEqual(
      Uint8Array.of(0x80, 0xff, 0x00, 0x81),
    );
  });

  it("counts placeholders that nothing stands for", () => {
    const other = `<SOPS:${"0".repeat(64)}:PLACEHOLDER>`;
    expect(render(`${other} <SOPS:0:PLACEHOLDER> X ${other}`, { X: other })).toMatchObject({ leftOver: 2 });
  });

  it("fails when it needs a secret that failed", () => {
    expect(() => render("a=<A> b=<B>", { "<A>": "1" }, { "<B>": "b" })).toThrow(
      "template conf needs secret b, which failed",
    );
    expect(render("a=<A>", { "<A>": "1" }, { "<B>": "b" }).text).toBe("a=1");
  });
});
