import { describe, expect, it } from "vitest";
import { askingBelow, ProgressLine } from "../../src/cli/progress-line.ts";
import { memoryPlatform } from "../support/memory-platform.ts";
import { screenOf } from "../support/screen.ts";

function watchedLine(): { line: ProgressLine; written: string[] } {
  const written: string[] = [];
  return { line: new ProgressLine((text) => written.push(text), true), written };
}

describe("a progress line", () => {
  it("is written over, below lines that stay, and leaves nothing", () => {
    const { line, written } = watchedLine();
    line.show("Rotating: 9 of 10 files");
    expect(screenOf(written.join(""))).toEqual(["Rotating: 9 of 10 files"]);
    line.show("short");
    expect(screenOf(written.join(""))).toEqual(["short"]);
    line.writeAbove("a\nb\n");
    expect(screenOf(written.join(""))).toEqual(["a", "b", "short"]);
    line.hide();
    line.writeAbove("c\n");
    expect(screenOf(written.join(""))).toEqual(["a", "b", "c", ""]);
  });

  it("is nothing where nobody watches", () => {
    const written: string[] = [];
    const line = new ProgressLine((text) => written.push(text), false);
    line.show("x");
    line.writeAbove("a\n");
    line.hide();
    expect(written).toEqual(["a\n"]);
  });

  it.each(["askSecret", "ask", "tell"] as const)("gives way before the platform's %s", async (call) => {
    const { line, written } = watchedLine();
    const asked = async (question: string): Promise<string> => {
      written.push(question);
      return "answer";
    };
    const platform = askingBelow(line, {
      ...memoryPlatform(),
      askSecret: asked,
      ask: asked,
      tell: async (message) => void (await asked(message)),
    });
    line.show("Updating: 1 of 2 files");
    await platform[call]("Passphrase: ", "line");
    expect(screenOf(written.join(""))).toEqual(["Passphrase: "]);
  });
});
