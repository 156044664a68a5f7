import { expect, it } from "vitest";
import { envelopesOf, maskLayout } from "./layout.ts";

const file = (data: string, time: string): Uint8Array =>
  Buffer.from(
    [
      `a: ENC[AES256_GCM,data:${data},iv:AAAA,tag:BBBB,type:str]`,
      "sops:",
      "    age:",
      "        - enc: |",
      "            -----BEGIN AGE ENCRYPTED FILE-----",
      `            ${data}`,
      "            -----END AGE ENCRYPTED FILE-----",
      `    lastmodified: "${time}"`,
      `    mac: ENC[AES256_GCM,data:${data},iv:CCCC,tag:DDDD,type:str]`,
      "    version: 3.13.3",
    ].join("\n"),
  );

it("masks what is random or dated, and nothing else", () => {
  const one = maskLayout(file("Zm9v", "2026-01-02T03:04:05Z"));
  expect(one).toBe(maskLayout(file("YmFy", "2027-12-31T00:00:00Z")));
  expect(one).toContain("a: ENC[str]\n");
  expect(one).toContain('lastmodified: "TIME"');
  expect(one).not.toBe(
    maskLayout(Buffer.from(file("Zm9v", "2026-01-02T03:04:05Z").toString().replace("age:", "age: "))),
  );
});

it("finds the envelopes but not the MAC's", () => {
  expect([...envelopesOf(file("Zm9v", "2026-01-02T03:04:05Z"))]).toEqual([
    "ENC[AES256_GCM,data:Zm9v,iv:AAAA,tag:BBBB,type:str]",
  ]);
});
