import { describe, expect, it } from "vitest";
import { type CanaryPlaces, expectNoSecrets } from "./canary.ts";

const secret = "correct horse battery";

function nested(): Error {
  const inner = Object.assign(new Error("inner"), { detail: { buffer: `x${secret}x` } });
  return new Error("outer", { cause: inner });
}

function hidden(value: unknown): Error {
  return Object.defineProperty(new Error("hidden"), "field", { value, enumerable: false });
}

describe("a canary", () => {
  it.each<[string, CanaryPlaces]>([
    ["a message", { errors: [new Error(`cannot read ${secret}`)] }],
    ["a field of a cause", { errors: [nested()] }],
    ["bytes of a field that is not shown", { errors: [hidden(Buffer.from(secret))] }],
    ["the entries of a map", { errors: [hidden(new Map([["a", { b: secret }]]))] }],
    ["thrown text", { errors: [secret] }],
    ["printed text", { output: [`a: ${secret}\n`] }],
    ["printed bytes", { output: [Buffer.from(`\u00ff${secret}`)] }],
    ["Base64", { output: [Buffer.from(secret).toString("base64")] }],
    ["hexadecimal", { output: [Buffer.from(secret).toString("hex")] }],
  ])("is noticed in %s", async (_, places) => {
    await expect(expectNoSecrets([secret], places)).rejects.toThrow("places in which a secret occurs");
  });

  it("is noticed in a file, and the failure does not repeat it", async () => {
    const files = new Map([["/left-behind", Buffer.from(`\0${secret}`)]]);
    const failure: unknown = await expectNoSecrets([secret], { files }).catch((error: unknown) => error);
    expect(String(failure)).toContain("left-behind");
    expect(String(failure)).not.toContain(secret);
  });

  it("is content where no secret occurs", async () => {
    await expectNoSecrets([secret], { errors: [new Error("other")], output: ["correct horse"] });
  });

  it("refuses a secret that may occur by chance", async () => {
    await expect(expectNoSecrets(["abc"], { output: [""] })).rejects.toThrow(TypeError);
  });
});
