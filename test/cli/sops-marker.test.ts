import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mayBeEncrypted, showsMarker } from "../../src/cli/sops-marker.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const chunk = 2 ** 20;

describe("the mark of an encrypted file", () => {
  it.each([
    ["nowhere", 10, "last-modified", false],
    ["at the start", 0, "lastmodified", true],
    ["at the end of a chunk", chunk - 12, "lastmodified", true],
    ["across two chunks", chunk - 5, "lastmodified", true],
    ["across the second and the third", 2 * chunk - 12, "lastmodified", true],
    ["in two pieces", chunk - 4, "last modified", false],
  ])("is %s", async (_, blanks, text, found) => {
    await withTemporaryDirectory(async (directory) => {
      const content = Buffer.from(`${" ".repeat(blanks)}${text}${" ".repeat(20)}`);
      await writeFile(join(directory, "f"), content);
      expect([mayBeEncrypted(join(directory, "f")), showsMarker(content)]).toEqual([found, found]);
    });
  });
});
