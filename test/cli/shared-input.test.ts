import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { SharedInput } from "../../src/cli/shared-input.ts";
import { StandardInput } from "../../src/cli/standard-input.ts";

const bytes = (text: string): Buffer => Buffer.from(text);
const turn = (): Promise<unknown> => new Promise((done) => setImmediate(done));

describe("an input that is shared with other programs", () => {
  it("is not read when nothing is asked for", async () => {
    const stream = new PassThrough();
    const input = new SharedInput(stream);
    stream.write("for me");
    expect(await input.next()).toEqual({ done: false, value: bytes("for me") });
    stream.write("for others");
    await turn();
    expect(stream.isPaused()).toBe(true);
    expect(stream.read()).toEqual(bytes("for others"));
  });

  it("gives chunk by chunk to its end", async () => {
    const stream = new PassThrough();
    const input = new SharedInput(stream);
    for (const chunk of ["a", "b", "c"]) stream.write(chunk);
    stream.end();
    let text = "";
    for await (const chunk of input) text += Buffer.from(chunk).toString();
    expect(text).toBe("abc");
    expect(await input.next()).toEqual({ done: true, value: undefined });
  });

  it("is read line by line, then to its end", async () => {
    const stream = new PassThrough();
    const input = new StandardInput(() => new SharedInput(stream));
    stream.write("one\ntwo\nth");
    stream.end("ree");
    expect([await input.readLine(), await input.readLine()]).toEqual(["one", "two"]);
    expect(Buffer.from(await input.readAll()).toString()).toBe("three");
  });

  it("fails when the stream fails", async () => {
    const stream = new PassThrough();
    const next = new SharedInput(stream).next();
    stream.destroy(new TypeError("broken"));
    await expect(next).rejects.toThrow("broken");
  });

  it("can be let go of while something is awaited", async () => {
    const stream = new PassThrough();
    const input = new SharedInput(stream);
    void input.next();
    await input.return();
    expect(stream.destroyed).toBe(true);
  });
});
