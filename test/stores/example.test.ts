import { describe, expect, it } from "vitest";
import { decodeByteString } from "../../src/bytes.ts";
import { binaryStore } from "../../src/stores/binary.ts";
import { dotenvStore } from "../../src/stores/dotenv.ts";
import { exampleBranches } from "../../src/stores/example.ts";
import { iniStore } from "../../src/stores/ini.ts";
import { jsonStore } from "../../src/stores/json.ts";

const welcome = "Welcome to SOPS! Edit this file as you please!";

describe("the example content of a new file", () => {
  it.each([
    [
      jsonStore({ indent: 1 }),
      `{\n "hello": "${welcome}",\n "example_key": "example_value",\n "example_array": [\n  "example_value1",\n  "example_value2"\n ],\n` +
        ` "example_number": 1234.56789,\n "example_booleans": [\n  true,\n  false\n ]\n}\n`,
    ],
    [
      dotenvStore(),
      `# This is an example file.\nhello=${welcome}\nexample_key=example_value\nexample_multiline=foo\\nbar\\nbaz\n`,
    ],
    [iniStore(), `;  This is an example file.\n[Welcome!]\nhello       = ${welcome}\nexample_key = example_value\n`],
    [binaryStore(), welcome],
  ])("is sops's, case %#", (store, text) => {
    expect(decodeByteString(store.emit(exampleBranches(store.format)))).toBe(text);
  });

  it("is made anew, so that a caller may change it", () => {
    exampleBranches("yaml")[0]?.items.pop();
    expect(exampleBranches("yaml")).toStrictEqual(exampleBranches("json"));
  });
});
