import { describe, expect, it } from "vitest";
import { StandardInput } from "../../src/cli/standard-input.ts";

/** An input that comes in these chunks, and says whether it was let go of. */
function inputIn(...chunks: string[]): { input: StandardInput; state: { opened: boolean; closed: boolean } } {
  const state = { opened: false, closed: false };
  const input = new StandardInput(async function* () {
    state.opened = true;
    try {
      for (const chunk of chunks) yield new TextEncoder().encode(chunk);
    } finally {
      state.closed = true;
    }
  });
  return { input, state };
}

const readLines = async (input: StandardInput): Promise<string[]> => {
  const lines: string[] = [];
  for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) lines.push(line);
  return lines;
};

const readText = async (input: StandardInput): Promise<string> => new TextDecoder().decode(await input.readAll());

describe("reading standard input", () => {
  it.each<[string[], string[]]>([
    [[], []],
    [[""], []],
    [["y\n"], ["y"]],
    [["y"], ["y"]],
    [["a\nb\n\nc"], ["a", "b", "", "c"]],
    [
      ["a", "b\nc", "", "d\n"],
      ["ab", "cd"],
    ],
    [["y\r\n"], ["y"]],
  ])("by lines: %j is %j", async (chunks, lines) => {
    expect(await readLines(inputIn(...chunks).input)).toEqual(lines);
  });

  it("to its end", async () => {
    expect(await readText(inputIn("a\n", "b").input)).toBe("a\nb");
  });

  it("to its end after some lines leaves those out", async () => {
    const { input } = inputIn("a\nb", "\nc");
    expect(await input.readLine()).toBe("a");
    expect(await readText(input)).toBe("b\nc");
  });

  it("opens it only then, and lets go of it", async () => {
    const { input, state } = inputIn("a\n", "b\n");
    await input.close();
    expect(state).toEqual({ opened: false, closed: false });
    await input.readLine();
    await input.close();
    expect(state).toEqual({ opened: true, closed: true });
  });

  it("tells why it failed", async () => {
    const broken = new StandardInput(() => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new TypeError("EISDIR: no file")) }),
    }));
    await expect(broken.readAll()).rejects.toMatchObject({
      code: "COULD_NOT_READ_INPUT_FILE",
      message: "Error reading from stdin: EISDIR: no file",
    });
  });
});
