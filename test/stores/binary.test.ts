import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/bytes.ts";
import { Branch, Comment, type Value } from "../../src/core/tree.ts";
import { binaryStore } from "../../src/stores/binary.ts";
import { storeContract } from "../support/store-contract.ts";

const store = binaryStore();

storeContract(store, { file: '\uFEFF any {"text\r\n', damaged: [] });
storeContract(store, { file: "\uDCFF\uDC80bytes\0", damaged: [] });

const dataBranch = (value: Value): Branch => new Branch([{ key: "data", value }]);

describe("the binary store", () => {
  it.each([
    ["text", encodeUtf8("hé"), "hé"],
    ["an empty file", new Uint8Array(), ""],
    ["bytes that are not UTF-8", Uint8Array.of(1, 0xff), Uint8Array.of(1, 0xff)],
  ])("holds %s under the key data", (_, file, value) => {
    expect(store.load(file)).toStrictEqual([dataBranch(value)]);
  });

  it("emits the first data, whatever else there is", () => {
    const branch = new Branch([
      new Comment("c"),
      { key: "a", value: 1n },
      { key: "data", value: "x\uDCFF" },
      { key: "data", value: "y" },
    ]);
    expect(store.emit([branch])).toEqual(Uint8Array.of(0x78, 0xff));
  });

  it.each([
    ["no binary data found in tree", [new Branch([{ key: "a", value: "x" }])]],
    ["'data' key in tree does not have a string value", [dataBranch(1n)]],
    [
      "'data' key in tree does not have a string value",
      [new Branch([...dataBranch(null).items, ...dataBranch("x").items])],
    ],
    ["there must be exactly one tree branch", [dataBranch("x"), dataBranch("y")]],
    ["there must be exactly one tree branch", []],
  ])("refuses a tree that is not a binary file: %s", (reason, branches) => {
    expect(() => store.emit(branches)).toThrow(
      expect.objectContaining({
        code: "ERROR_DUMPING_TREE",
        message: `error emitting binary store: ${reason}`,
        hint: expect.stringContaining("--output-type"),
      }),
    );
  });

  it("has no form for a value taken out of a tree", () => {
    expect(() => store.emitValue(1n)).toThrow(expect.objectContaining({ code: "ERROR_DUMPING_TREE" }));
  });

  it("leaves its encrypted form to JSON, with its own indentation", () => {
    const json = binaryStore({ indent: 2 }).encryptedForm;
    expect(json?.format).toBe("json");
    expect(json?.emit([dataBranch("x")])).toEqual(encodeUtf8('{\n  "data": "x"\n}\n'));
  });
});
