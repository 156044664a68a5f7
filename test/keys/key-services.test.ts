import { describe, expect, it } from "vitest";
import type { AgeKey } from "../../src/core/metadata.ts";
import { SopsError } from "../../src/errors.ts";
import { unwrapDataKey, wrapDataKey } from "../../src/keys/data-key.ts";
import type { KeyService } from "../../src/keys/key-source.ts";
import { contextWith } from "./context.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const key = (recipient: string): AgeKey => ({ kind: "age", recipient, enc: "" });

/** A service that writes down what it is asked, and knows the keys whose recipients begin with a letter. */
function service(name: string, knows: string, asked: string[]): KeyService {
  const answer = <Result>(task: string, recipient: string, result: Result): Result => {
    asked.push(`${name} ${task} ${recipient}`);
    if (recipient.startsWith(knows)) return result;
    throw new SopsError("GENERIC", `${name} does not know it`);
  };
  const recipientOf = (asking: { readonly kind: string }): string =>
    "recipient" in asking ? String(asking.recipient) : "";
  return {
    wrap: async (asking) => answer("wrap", recipientOf(asking), `wrapped by ${name}`),
    unwrap: async (asking) => answer("unwrap", recipientOf(asking), dataKey),
  };
}

describe("several key services", () => {
  it("are asked in their order, each key until one wraps or unwraps it", async () => {
    const asked: string[] = [];
    const context = contextWith({ keyServices: [service("first", "a", asked), service("second", "b", asked)] });
    const metadata = { keyGroups: [[key("b1"), key("a1")]], shamirThreshold: 0 };
    await wrapDataKey(metadata, dataKey, context);
    expect(metadata.keyGroups[0]?.map(({ enc }) => enc)).toEqual(["wrapped by second", "wrapped by first"]);
    expect(asked.toSorted()).toEqual(["first wrap a1", "first wrap b1", "second wrap b1"]);
    asked.length = 0;
    expect(await unwrapDataKey(metadata, context)).toEqual(dataKey);
    expect(asked).toEqual(["first unwrap b1", "second unwrap b1"]);
  });

  it("tell all their errors of a key that none unwraps", async () => {
    const context = contextWith({ keyServices: [service("first", "a", []), service("second", "b", [])] });
    const metadata = { keyGroups: [[key("c1")]], shamirThreshold: 0 };
    await expect(unwrapDataKey(metadata, context)).rejects.toThrow(
      "c1: FAILED\n    - | first does not know it\n    \n    - | second does not know it\n",
    );
  });

  it("tell all their errors of a key that none wraps, and leave the keys as they were", async () => {
    const context = contextWith({ keyServices: [service("first", "a", []), service("second", "b", [])] });
    const metadata = { keyGroups: [[key("a1"), key("c1")]], shamirThreshold: 0 };
    const failed = (name: string): string =>
      `failed to encrypt new data key with master key "c1": ${name} does not know it`;
    await expect(wrapDataKey(metadata, dataKey, context)).rejects.toThrow(
      `Could not generate data key: [${failed("first")} ${failed("second")}]`,
    );
    expect(metadata.keyGroups).toEqual([[key("a1"), key("c1")]]);
  });

  it("are needed to wrap", async () => {
    const metadata = { keyGroups: [[key("a1")]], shamirThreshold: 0 };
    await expect(wrapDataKey(metadata, dataKey, contextWith({ keyServices: [] }))).rejects.toMatchObject({
      code: "COULD_NOT_GENERATE_DATA_KEY",
      message: expect.stringContaining("no key services provided") as string,
    });
  });
});
