import { describe, expect, it } from "vitest";
import { Accounts } from "../../src/nixos/accounts.ts";
import { Failures } from "../../src/nixos/failures.ts";
import { parseManifest, type Manifest } from "../../src/nixos/manifest.ts";
import { makePlan, type Plan } from "../../src/nixos/plan.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

const secret = (name: string, fields: object = {}): object => ({
  name,
  key: "k",
  mode: "0400",
  sopsFile: "/f.yaml",
  format: "yaml",
  ...fields,
});
const template = (name: string, fields: object = {}): object => ({ name, mode: "0640", content: "text", ...fields });
const manifestOf = (fields: object): Manifest =>
  parseManifest(
    Buffer.from(JSON.stringify({ secretsMountPoint: "/run/secrets.d", symlinkPath: "/run/secrets", ...fields })),
  );

interface Made extends Plan {
  readonly reports: readonly string[];
  readonly failures: readonly string[];
}

async function plan(fields: object, options: { keepGoing?: boolean; accounts?: boolean } = {}): Promise<Made> {
  const files = { "/etc/passwd": "hass:x:286:280::/:\n", "/etc/group": "hass:x:286:\n", "/t.tpl": "from a file" };
  const platform = {
    ...memoryPlatform({ files }),
    run: async () => ({ stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), status: 2 }),
  };
  const failures = new Failures(options.keepGoing ?? false);
  const reports: string[] = [];
  const made = await makePlan(manifestOf(fields), {
    platform,
    accounts: options.accounts === false ? undefined : new Accounts(platform),
    failures,
    report: (line) => void reports.push(line),
    check: async () => undefined,
  });
  return { ...made, reports, failures: failures.errors.map(({ message }) => message) };
}

describe("a plan", () => {
  it("has the secrets and templates of the manifest in its order", async () => {
    const { secrets, templates } = await plan({
      secrets: [
        secret("b/c", { owner: "hass", group: "hass", restartUnits: ["x.service"] }),
        secret("a", { uid: 7, gid: 8 }),
      ],
      templates: [template("t", { file: "/absent" }), template("u", { content: "", file: "/t.tpl", path: "/etc/u" })],
      placeholderBySecretName: { "b/c": "<1>", a: "<2>" },
    });
    expect(secrets).toMatchObject([
      {
        kind: "secret",
        name: "b/c",
        place: "b/c",
        mode: 0o400,
        owner: { uid: 286, gid: 286 },
        restartUnits: ["x.service"],
      },
      { name: "a", owner: { uid: 7, gid: 8 }, path: undefined },
    ]);
    expect(templates).toMatchObject([
      {
        kind: "template",
        place: "rendered/t",
        mode: 0o640,
        path: undefined,
        text: new Uint8Array(Buffer.from("text")),
      },
      { place: "rendered/u", path: "/etc/u", text: new Uint8Array(Buffer.from("from a file")) },
    ]);
  });

  it.each([
    ["/run/secrets/a", undefined],
    ["//run/secrets/./a", undefined],
    ["", undefined],
    ["/run/secrets/b", "/run/secrets/b"],
    ["/etc/a", "/etc/a"],
  ])("links a secret's path %j to it: %j", async (path, link) => {
    expect((await plan({ secrets: [secret("a", { path })] })).secrets[0]?.path).toBe(link);
  });

  it.each([
    ["0400", 0o400],
    ["400", 0o400],
    ["777", 0o777],
    ["004755", 0o755],
    ["177777", 0o777],
  ])("reads the mode %s", async (mode, bits) => {
    expect((await plan({ secrets: [secret("a", { mode })] })).secrets[0]?.mode).toBe(bits);
  });

  it.each(["", "0o400", "0489", "rw-------", "200000", "-400", " 400", "4_00"])("refuses the mode %j", async (mode) => {
    await expect(plan({ secrets: [secret("a", { mode })] })).rejects.toThrow(
      `invalid number in mode of secret a: ${JSON.stringify(mode)}`,
    );
    await expect(plan({ templates: [template("t", { mode })] })).rejects.toThrow("in mode of template t");
  });

  it("gives everything to root where no accounts are looked up", async () => {
    const { secrets } = await plan({ secrets: [secret("a", { owner: "nobody-here", gid: 5 })] }, { accounts: false });
    expect(secrets[0]?.owner).toEqual({ uid: 0, gid: 0 });
  });

  it("takes the later of two secrets of one name, and says so; an unknown format is yaml", async () => {
    const { secrets, reports } = await plan({ secrets: [secret("a"), secret("a", { key: "other", format: "YAML" })] });
    expect(secrets).toMatchObject([{ key: "other", format: "yaml" }]);
    expect(reports.join("\n")).toMatch(/unknown format "YAML"[^]*secret a is in the manifest twice/);
  });

  it("says when two secrets have one path", async () => {
    const { reports } = await plan({ secrets: [secret("a", { path: "/etc/x" }), secret("b", { path: "/etc/x" })] });
    expect(reports).toEqual(["secret b has the path of secret a; the later one counts"]);
  });

  it("goes on without the one whose path cannot be, where that is wanted", async () => {
    const secrets = [secret("a", { path: "/run/secrets/b" }), secret("b")];
    const made = await plan({ secrets }, { keepGoing: true });
    expect(made.secrets.map(({ name }) => name)).toEqual(["b"]);
    expect(made.failures).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    [
      "a name that leaves the store",
      { secrets: [secret("../../etc/passwd")] },
      '"../../etc/passwd" cannot be used: it leads out',
    ],
    ["a template's name that does", { templates: [template("../a")] }, '"../a" cannot be used'],
    ["a path that is not absolute", { secrets: [secret("a", { path: "x" })] }, 'the path of a is "x"'],
    [
      "a file in the place of a directory",
      { secrets: [secret("a/b"), secret("a")] },
      "secret a and secret a/b cannot both",
    ],
    [
      "a directory in the place of a file",
      { secrets: [secret("a"), secret("a/b/c")] },
      "secret a/b/c and secret a cannot both",
    ],
    [
      "a secret in the place of a template",
      { secrets: [secret("rendered/t")], templates: [template("t")], placeholderBySecretName: { "rendered/t": "<1>" } },
      "template t and secret rendered/t cannot both",
    ],
    [
      "a path in the place of the live link",
      { secrets: [secret("a", { path: "/run/secrets/" })] },
      "where all secrets are",
    ],
    [
      "a path above it",
      { secrets: [secret("a", { path: "/run" })] },
      "the path of secret a is /run, where all secrets are",
    ],
    ["a path in the store", { secrets: [secret("a", { path: "/run/secrets.d/7/a" })] }, "where all secrets are"],
    [
      "a path in the place of another secret",
      { secrets: [secret("a", { path: "/run/secrets/b" }), secret("b")] },
      "the path of secret a is /run/secrets/b, the place of secret b",
    ],
    [
      "a path in the place of a directory",
      { secrets: [secret("a", { path: "/run/secrets/b" }), secret("b/c")] },
      "the place of secret b/c",
    ],
    [
      "a path below another secret",
      { secrets: [secret("a", { path: "/run/secrets/b/c" }), secret("b")] },
      "the place of secret b",
    ],
    [
      "an unknown user",
      { secrets: [secret("a", { owner: "nobody-here" })] },
      "secret a: failed to lookup user 'nobody-here': unknown user nobody-here",
    ],
    ["an unknown group", { templates: [template("t", { group: "nobody-here" })] }, "unknown group nobody-here"],
    [
      "two formats of one file",
      { secrets: [secret("a"), secret("b", { format: "json" })] },
      "secret b defined the format of /f.yaml as json, but it was specified as yaml in a before",
    ],
    ["no placeholder", { secrets: [secret("a")], templates: [template("t")] }, "placeholder for a not found"],
    [
      "an empty placeholder",
      { secrets: [secret("a")], templates: [template("t")], placeholderBySecretName: { a: "" } },
      "placeholder for a not found",
    ],
    ["a template of nothing", { templates: [template("t", { content: "" })] }, "neither content nor file"],
    [
      "a template's file that is absent",
      { templates: [template("t", { content: "", file: "/no" })] },
      "cannot read /no",
    ],
    ["gpg beside an age key file", { gnupgHome: "/g", ageKeyFile: "/k" }, "gnupgHome and ageKeyFile were specified"],
    ["gpg beside SSH keys", { gnupgHome: "/g", sshKeyPaths: ["/k"] }, "gnupgHome and sshKeyPaths were specified"],
    ["a store that is not absolute", { secretsMountPoint: "run" }, 'secretsMountPoint is "run"'],
    ["a link in the place of the root", { symlinkPath: "/" }, 'symlinkPath is "/"'],
    ["a link above the store", { symlinkPath: "/run" }, "symlinkPath /run and secretsMountPoint /run/secrets.d"],
    ["a link in the place of the store", { symlinkPath: "/run/secrets.d/" }, "are one, or one holds the other"],
  ])("refuses %s", async (_, fields, message) => {
    await expect(plan(fields)).rejects.toThrow(message);
  });

  it("goes on without the entries that fail, when asked to", async () => {
    const made = await plan(
      {
        secrets: [secret("../x"), secret("a"), secret("a/b"), secret("c", { mode: "x" }), secret("d")],
        templates: [template("t", { mode: "9" }), template("u")],
        placeholderBySecretName: { a: "<1>", "a/b": "<2>", c: "<3>", d: "<4>", "../x": "<5>" },
      },
      { keepGoing: true },
    );
    expect(made.secrets.map(({ name }) => name)).toEqual(["a", "d"]);
    expect(made.templates.map(({ name }) => name)).toEqual(["u"]);
    expect(made.failures).toHaveLength(4);
  });
});
