import { describe, expect, it } from "vitest";
import { parseManifest } from "../../src/nixos/manifest.ts";

const parse = (text: string): ReturnType<typeof parseManifest> => parseManifest(Buffer.from(text));

describe("a manifest", () => {
  it("has the zero value of each field that is absent or null", () => {
    const empty = parse("{}");
    expect(empty).toEqual({
      secrets: [],
      templates: [],
      placeholders: new Map(),
      store: "",
      link: "",
      keepGenerations: 0,
      sshKeyPaths: [],
      gnupgHome: "",
      ageKeyFile: "",
      ageSshKeyPaths: [],
      useTmpfs: false,
      userMode: false,
      logging: { keyImport: false, secretChanges: false },
    });
    const names = ["secrets", "placeholderBySecretName", "keepGenerations", "gnupgHome", "ageSshKeyPaths", "logging"];
    expect(parse(`{${names.map((name) => `"${name}": null`).join()}}`)).toEqual(empty);
  });

  it("has entries with all fields", () => {
    const { secrets, templates } = parse(
      `{"secrets": [{"name": "a/b", "key": "k", "path": "/p", "owner": "o", "uid": 1, "group": null, "gid": 2, "sopsFile": "/f",
        "format": "json", "mode": "0400", "restartUnits": ["a.service"], "reloadUnits": null, "neededForUsers": true}, null],
        "templates": [{"name": "t", "content": "c", "file": ""}], "unknown": 1} and more`,
    );
    expect(secrets[0]).toEqual({
      name: "a/b",
      key: "k",
      path: "/p",
      owner: "o",
      uid: 1,
      group: undefined,
      gid: 2,
      sopsFile: "/f",
      format: "json",
      mode: "0400",
      restartUnits: ["a.service"],
      reloadUnits: [],
    });
    expect(secrets[1]).toMatchObject({ name: "", mode: "", owner: undefined });
    expect(templates[0]).toMatchObject({ name: "t", content: "c", file: "" });
  });

  it.each([
    ['{"secrets": [', "unexpected"],
    ["", "the file is empty"],
    ["[]", "failed to parse manifest"],
    ['{"secrets": {}}', "the field secrets is not a list of objects"],
    ['{"secrets": [7]}', "the field secrets[0] is not an object"],
    ['{"secrets": [{}, {"format": 7}]}', "the field secrets[1].format is not a text"],
    ['{"secrets": [{"uid": "0"}]}', "the field secrets[0].uid is not an integer"],
    ['{"secrets": [{"uid": 1.5}]}', "the field secrets[0].uid is not an integer"],
    ['{"secrets": [{"restartUnits": [1]}]}', "the field secrets[0].restartUnits[0] is not a text"],
    ['{"userMode": "yes"}', "the field userMode is not true or false"],
    ['{"logging": {"keyImport": 1}}', "the field logging.keyImport is not true or false"],
    ['{"placeholderBySecretName": {"a": 1}}', "the field placeholderBySecretName.a is not a text"],
  ])("is refused, and nothing of it is shown: %s", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it("is refused when it is not UTF-8", () => {
    expect(() => parseManifest(Uint8Array.of(0x7b, 0x22, 0xff))).toThrow("it is not UTF-8");
  });
});
