import { describe, expect, it } from "vitest";
import { changeFile } from "../src/change.ts";
import type { AuditAction } from "../src/core/audit-action.ts";
import { openForEditing, sealEdited } from "../src/editing.ts";
import { decodeUtf8Replacing, encodeUtf8 } from "../src/bytes.ts";
import { rotateFile } from "../src/rekey.ts";
import { encryptSecrets, inspectFile, readSecrets, readValue, recipientKeys, updateSecrets } from "../src/secrets.ts";
import { decryptBytes, encryptBytes } from "../src/sops.ts";
import { loadStore } from "../src/stores/registry.ts";
import { corpusKey, corpusRecipient } from "./keys/context.ts";

const recipient = corpusRecipient("alice");
const keys = { identities: [corpusKey("alice.txt")], onlyGivenIdentities: true };
const format = "yaml";
const file = await encryptSecrets({ a: "one" }, { format, recipients: [recipient] });

type Audited = { readonly audit: (action: AuditAction) => Promise<void> };

const operations: readonly (readonly [string, (audited: Audited) => Promise<unknown>, readonly AuditAction[]])[] = [
  ["decryptBytes", (audited) => decryptBytes(file, { ...keys, format, ...audited }), ["decrypt"]],
  ["readSecrets", (audited) => readSecrets(file, { ...keys, format, ...audited }), ["decrypt"]],
  ["readValue", (audited) => readValue(file, ["a"], { ...keys, format, ...audited }), ["decrypt"]],
  [
    "encryptBytes",
    async (audited) =>
      encryptBytes(encodeUtf8("a: 1\n"), { format, keyGroups: [await recipientKeys([recipient])], ...audited }),
    ["encrypt"],
  ],
  [
    "encryptSecrets",
    (audited) => encryptSecrets({ a: 1 }, { format, recipients: [recipient], ...audited }),
    ["encrypt"],
  ],
  [
    "updateSecrets",
    (audited) => updateSecrets(file, (secrets) => void (secrets["a"] = "two"), { ...keys, format, ...audited }),
    ["decrypt", "encrypt"],
  ],
  [
    "changeFile",
    (audited) => changeFile(file, () => undefined, { ...keys, format, ...audited }),
    ["decrypt", "encrypt"],
  ],
  ["rotateFile", (audited) => rotateFile(file, { ...keys, format, ...audited }), ["rotate", "decrypt", "encrypt"]],
  [
    "editing",
    async (audited) => {
      const opened = await openForEditing(file, format, { ...keys, ...audited });
      return sealEdited(opened, encodeUtf8("a: two\n"), await loadStore(format), { ...keys, ...audited });
    },
    ["decrypt", "encrypt"],
  ],
  ["inspectFile", (audited) => inspectFile(file, { format, ...audited }), []],
];

describe("the audit option", () => {
  it.each(operations)("of %s is told of each step before it is taken", async (_, operation, expected) => {
    const told: AuditAction[] = [];
    await operation({ audit: async (action) => void told.push(action) });
    expect(told).toEqual(expected);
  });

  it.each(operations.filter(([, , expected]) => expected.length > 0))(
    "of %s ends it",
    async (_, operation, expected) => {
      for (const refused of expected) {
        const audit = async (action: AuditAction): Promise<void> => {
          if (action === refused) throw new RangeError(`no ${action}`);
        };
        await expect(operation({ audit })).rejects.toThrow(new RangeError(`no ${refused}`));
      }
    },
  );

  it("is told of no decryption for which there is no key, but of the attempt to rotate", async () => {
    const told: AuditAction[] = [];
    const audit = async (action: AuditAction): Promise<void> => void told.push(action);
    const options = { identities: [], onlyGivenIdentities: true, format, audit } as const;
    await expect(decryptBytes(file, options)).rejects.toMatchObject({ code: "COULD_NOT_RETRIEVE_KEY" });
    await expect(rotateFile(file, options)).rejects.toMatchObject({ code: "COULD_NOT_RETRIEVE_KEY" });
    expect(told).toEqual(["rotate"]);
  });

  it("is told before damage can be seen", async () => {
    const told: AuditAction[] = [];
    const damaged = encodeUtf8(decodeUtf8Replacing(file).replace(/data:..../, "data:AAAA"));
    const audit = async (action: AuditAction): Promise<void> => void told.push(action);
    await expect(decryptBytes(damaged, { ...keys, format, audit })).rejects.toMatchObject({
      code: "ERROR_DECRYPTING_TREE",
    });
    expect(told).toEqual(["decrypt"]);
  });
});
