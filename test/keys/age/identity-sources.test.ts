import { beforeAll, describe, expect, it } from "vitest";
import type { AgeKey } from "../../../src/core/metadata.ts";
import { age } from "../../../src/keys/age/age.ts";
import { SopsError } from "../../../src/errors.ts";
import type { KeyContext } from "../../../src/keys/key-source.ts";
import { PlatformError, type Platform, type RunOptions } from "../../../src/platform/platform.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { memoryPlatform, type MemoryPlatformOptions } from "../../support/memory-platform.ts";
import { contextWith, corpusKey, corpusRecipient } from "../context.ts";

const dataKey = new Uint8Array(32).fill(3);
const [alice, bob] = [corpusKey("alice.txt"), corpusKey("bob.txt")];
const identity = (text: string): string => /AGE-SECRET-KEY-\S+/.exec(text)?.[0] ?? "";

const keys = { alice: "", pq: "", ssh_ed25519: "", ssh_rsa: "" };
const keyOf = (name: keyof typeof keys): AgeKey => ({ kind: "age", recipient: corpusRecipient(name), enc: keys[name] });

beforeAll(async () => {
  for (const name of Object.keys(keys) as (keyof typeof keys)[]) {
    keys[name] = await age.wrap(keyOf(name), dataKey, contextWith());
  }
});

interface World extends MemoryPlatformOptions {
  readonly home?: string;
  /** What programs print, by name; a number is an exit status. */
  readonly programs?: Readonly<Record<string, string | number>>;
}

interface Run {
  readonly command: readonly string[];
  readonly env: RunOptions["env"];
}

function platformOf(world: World, runs: Run[] = []): Platform {
  return {
    ...memoryPlatform(world),
    homeDirectory: () => world.home,
    async run(command, options) {
      runs.push({ command, env: options?.env });
      const result = world.programs?.[command[0] ?? ""];
      if (result === undefined) throw new PlatformError(`exec: "${command[0]}": executable file not found in $PATH`);
      const [stdout, status] = typeof result === "number" ? ["", result] : [result, 0];
      return { stdout: Buffer.from(stdout), stderr: Buffer.from("secret words"), status };
    },
  };
}

const contextOf = (world: World, fields: Partial<KeyContext> = {}, runs?: Run[]): KeyContext =>
  contextWith({ platform: platformOf(world, runs), onlyGivenIdentities: false, ...fields });

async function failureOf(world: World, key = keyOf("alice"), fields: Partial<KeyContext> = {}): Promise<string> {
  const error = await age.unwrap(key, contextOf(world, fields)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await expectNoSecrets([identity(alice).slice(16), identity(bob).slice(16), "secret words"], { errors: [error] });
  return (error as Error).message;
}

const listOfAll =
  "'SOPS_AGE_SSH_PRIVATE_KEY_FILE', 'SOPS_AGE_SSH_PRIVATE_KEY_CMD', '/h/.ssh/id_ed25519', '/h/.ssh/id_rsa', " +
  "'SOPS_AGE_KEY', 'SOPS_AGE_KEY_FILE', 'SOPS_AGE_KEY_CMD', and '/h/.config/sops/age/keys.txt'";

describe("identities are found", () => {
  it.each<[string, keyof typeof keys, World]>([
    ["in SOPS_AGE_KEY", "alice", { env: { SOPS_AGE_KEY: `${identity(bob)} ${identity(alice)}` } }],
    ["in the file of SOPS_AGE_KEY_FILE", "alice", { env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": alice } }],
    [
      "in the output of SOPS_AGE_KEY_CMD",
      "alice",
      { env: { SOPS_AGE_KEY_CMD: "print 'the key'" }, programs: { print: alice } },
    ],
    [
      "in ~/.config/sops/age/keys.txt",
      "pq",
      { home: "/h", files: { "/h/.config/sops/age/keys.txt": corpusKey("pq.txt") } },
    ],
    ["below XDG_CONFIG_HOME", "alice", { env: { XDG_CONFIG_HOME: "/x/" }, files: { "/x/sops/age/keys.txt": alice } }],
    [
      "below XDG_CONFIG_HOME on macOS",
      "alice",
      { os: "darwin", home: "/h", env: { XDG_CONFIG_HOME: "/x" }, files: { "/x/sops/age/keys.txt": alice } },
    ],
    [
      "in macOS's Application Support",
      "alice",
      { os: "darwin", home: "/h", files: { "/h/Library/Application Support/sops/age/keys.txt": alice } },
    ],
    ["in ~/.ssh/id_ed25519", "ssh_ed25519", { home: "/h", files: { "/h/.ssh/id_ed25519": corpusKey("ssh_ed25519") } }],
    ["in ~/.ssh/id_rsa", "ssh_rsa", { home: "/", files: { "/.ssh/id_rsa": corpusKey("ssh_rsa") } }],
    [
      "in the file of SOPS_AGE_SSH_PRIVATE_KEY_FILE",
      "ssh_rsa",
      { env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/s" }, files: { "/s": corpusKey("ssh_rsa") } },
    ],
    [
      "in the output of SOPS_AGE_SSH_PRIVATE_KEY_CMD",
      "ssh_ed25519",
      { env: { SOPS_AGE_SSH_PRIVATE_KEY_CMD: "print" }, programs: { print: corpusKey("ssh_ed25519") } },
    ],
  ])("%s", async (_, name, world) => {
    expect(await age.unwrap(keyOf(name), contextOf(world))).toEqual(dataKey);
  });

  it("below AppData on Windows", async () => {
    const files: Record<string, string> = { "C:\\Data\\sops\\age\\keys.txt": alice };
    const platform: Platform = {
      ...platformOf({ os: "win32", home: "C:\\Users\\a", env: { AppData: "C:\\Data" } }),
      readFileIfExists: async (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
    };
    expect(await age.unwrap(keyOf("alice"), contextOf({}, { platform }))).toEqual(dataKey);
  });

  it("although other places are broken", async () => {
    const files = { "/k": "garbage", "/s": "garbage", "/h/.config/sops/age/keys.txt": alice };
    const env = { SOPS_AGE_KEY: "AGE-SECRET-KEY-1X", SOPS_AGE_KEY_FILE: "/k", SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/s" };
    const broken = { SOPS_AGE_KEY_CMD: "", SOPS_AGE_SSH_PRIVATE_KEY_CMD: "'" };
    expect(await age.unwrap(keyOf("alice"), contextOf({ home: "/h", files, env: { ...env, ...broken } }))).toEqual(
      dataKey,
    );
  });

  it("first among those that the caller gives", async () => {
    const context = contextOf(
      { files: { "/k": new Error("not to be read") } },
      { identities: [bob, `# mine\n${alice}`] },
    );
    expect(await age.unwrap(keyOf("alice"), context)).toEqual(dataKey);
    const ssh = contextWith({ identities: [corpusKey("ssh_rsa"), corpusKey("ssh_ed25519")] });
    expect(await age.unwrap(keyOf("ssh_ed25519"), ssh)).toEqual(dataKey);
  });
});

const runFor = (name: string): Run => ({
  command: ["pass", "show", "my key"],
  env: { SOPS_AGE_RECIPIENT: corpusRecipient(name) },
});

describe("programs that print identities", () => {
  const world: World = { env: { SOPS_AGE_KEY_CMD: `pass show "my key"` }, programs: { pass: alice } };

  it("are told the recipient, get no shell, and run once a recipient", async () => {
    const runs: Run[] = [];
    const context = contextOf(world, {}, runs);
    await age.unwrap(keyOf("alice"), context);
    await age.unwrap(keyOf("alice"), context);
    await age.unwrap({ ...keyOf("alice"), recipient: corpusRecipient("bob") }, context);
    expect(runs).toEqual([runFor("alice"), runFor("bob")]);
  });

  it("are not run when a file has the identity", async () => {
    const runs: Run[] = [];
    const env = { ...world.env, SOPS_AGE_SSH_PRIVATE_KEY_CMD: "pass", SOPS_AGE_KEY_FILE: "/k" };
    await age.unwrap(keyOf("alice"), contextOf({ ...world, env, files: { "/k": alice } }, {}, runs));
    expect(runs).toEqual([]);
  });
});

describe("a failure", () => {
  it("names all places where nothing is", async () => {
    expect(await failureOf({ home: "/h" })).toBe(
      `failed to load age identities. Did not find keys in locations ${listOfAll}.`,
    );
  });

  it("says what helps", async () => {
    const hintFor = async (world: World, options: Partial<KeyContext> = {}): Promise<unknown> => {
      const unwrapped = age.unwrap(keyOf("alice"), contextOf(world, options));
      const error: unknown = await unwrapped.catch((reason: unknown) => reason);
      return error instanceof SopsError ? error.hint : error;
    };
    const otherwise = "Otherwise let someone who can open it run: sops-ts rotate -i --add-age YOUR_RECIPIENT FILE";
    expect(await hintFor({ home: "/h" })).toBe(
      `If you have the identity (AGE-SECRET-KEY-1…) of a recipient in a file, set SOPS_AGE_KEY_FILE to its path. ${otherwise}`,
    );
    const world = {
      home: "/h",
      env: { SOPS_AGE_KEY_FILE: "/k" },
      files: { "/k": bob, "/h/.config/sops/age/keys.txt": bob },
    };
    expect(await hintFor(world)).toBe(
      `What was found in SOPS_AGE_KEY_FILE and sops/age/keys.txt is for other recipients, which age-keygen -y FILE prints. ${otherwise}`,
    );
    expect(await hintFor({}, { identities: [bob], onlyGivenIdentities: true })).toContain(
      "found in the option identities",
    );
  });

  it("names the file of last resort only where nothing else is", async () => {
    expect(await failureOf({ home: "/h", env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": bob } })).toBe(
      "failed to create reader for decrypting sops data key with age: identity did not match any of the recipients: " +
        "incorrect identity for recipient block. Did not find keys in locations 'SOPS_AGE_SSH_PRIVATE_KEY_FILE', " +
        "'SOPS_AGE_SSH_PRIVATE_KEY_CMD', '/h/.ssh/id_ed25519', '/h/.ssh/id_rsa', 'SOPS_AGE_KEY', and 'SOPS_AGE_KEY_CMD'.",
    );
  });

  it("names places that hold no identity after those that are not there", async () => {
    const message = await failureOf({ home: "/h", env: { SOPS_AGE_KEY: "# none" } });
    expect(message).toMatch(
      /^failed to load age identities\. Did not find keys in locations .*'SOPS_AGE_KEY_CMD', and 'SOPS_AGE_KEY'\.$/,
    );
  });

  it("says that several identities did not match", async () => {
    const env = { SOPS_AGE_KEY: identity(bob) };
    const message = await failureOf({ home: "/h", env, files: { "/h/.ssh/id_rsa": corpusKey("ssh_rsa") } });
    expect(message).toContain("with age: no identity matched any of the recipients. Did not find");
  });

  it.each<[string, World, string]>([
    [
      "no home",
      {},
      "$HOME is not defined; user config directory could not be determined: neither $XDG_CONFIG_HOME nor $HOME are defined",
    ],
    [
      "a relative XDG_CONFIG_HOME",
      { home: "/h", env: { XDG_CONFIG_HOME: "x" } },
      "user config directory could not be determined: path in $XDG_CONFIG_HOME is relative",
    ],
    [
      "a file that is not there",
      { home: "/h", env: { SOPS_AGE_KEY_FILE: "/k" } },
      "failed to open SOPS_AGE_KEY_FILE file: open /k: no such file or directory",
    ],
    [
      "an empty file name",
      { home: "/h", env: { SOPS_AGE_KEY_FILE: "" } },
      "failed to open SOPS_AGE_KEY_FILE file: open : no such file or directory",
    ],
    [
      "a file that cannot be read",
      { home: "/h", files: { "/h/.config/sops/age/keys.txt": new PlatformError("open it: permission denied") } },
      "failed to open file: open it: permission denied",
    ],
    [
      "a malformed identity",
      { home: "/h", env: { SOPS_AGE_KEY: `#\n${identity(bob).slice(0, -1)}` } },
      "failed to parse 'SOPS_AGE_KEY' age identities: error at line 2: malformed secret key: invalid checksum",
    ],
    [
      "a command that fails",
      { home: "/h", env: { SOPS_AGE_KEY_CMD: `print ${identity(bob)}` }, programs: { print: 3 } },
      "failed to execute command in SOPS_AGE_KEY_CMD: exit status 3",
    ],
    [
      "a command that is missing",
      { home: "/h", env: { SOPS_AGE_SSH_PRIVATE_KEY_CMD: "print it" } },
      'failed to execute command in SOPS_AGE_SSH_PRIVATE_KEY_CMD: exec: "print": executable file not found in $PATH',
    ],
    [
      "an empty command",
      { home: "/h", env: { SOPS_AGE_KEY_CMD: " " } },
      "failed to execute command in SOPS_AGE_KEY_CMD: it is empty",
    ],
    [
      "an open quote",
      { home: "/h", env: { SOPS_AGE_KEY_CMD: "a 'b" } },
      "failed to parse command in SOPS_AGE_KEY_CMD: a quote is not closed",
    ],
    [
      "a malformed SSH key",
      { home: "/h", files: { "/h/.ssh/id_rsa": "x" } },
      'malformed SSH identity in "/h/.ssh/id_rsa": ssh: no key found',
    ],
    [
      "an SSH key in SOPS_AGE_KEY_FILE",
      { home: "/h", env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": corpusKey("ssh_rsa") } },
      "error at line 1: unknown identity type",
    ],
  ])("tells of %s", async (_, world, problem) => {
    const message = await failureOf(world);
    expect(message).toMatch(/^failed to load age identities\. Errors while loading age identities: /);
    expect(message).toContain(problem);
  });

  it("tells of the undetermined configuration folder only where nothing else is", async () => {
    const message = await failureOf({ env: { SOPS_AGE_KEY: identity(bob) } });
    expect(message).toContain("Errors while loading age identities: $HOME is not defined. Did not find");
  });

  it("has nothing to say of places that were not to be asked, or are not there in a browser", async () => {
    const text =
      "failed to create reader for decrypting sops data key with age: identity did not match any of the recipients: ";
    const world = { env: { SOPS_AGE_KEY: identity(alice) } };
    for (const fields of [{ onlyGivenIdentities: true }, { platform: memoryPlatform({ os: "browser" }) }]) {
      const message = await failureOf(world, keyOf("alice"), { identities: [bob], ...fields });
      expect(message).toBe(`${text}incorrect identity for recipient block`);
    }
    expect(await failureOf(world, keyOf("alice"), { onlyGivenIdentities: true })).toBe("failed to load age identities");
  });

  it.each([
    ["failed to load age identities", "SOPS_AGE_KEY_FILE", {}],
    [
      "unknown identity type",
      "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
      { env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": corpusKey("ssh_rsa") } },
    ],
    ["did not match", "age-keygen -y", { env: { SOPS_AGE_KEY: identity(bob) } }],
  ])("says what may help where it %s", async (message, hint, world) => {
    const failure = age.unwrap(keyOf("alice"), contextOf({ home: "/h", ...world }));
    await expect(failure).rejects.toMatchObject({
      code: "COULD_NOT_RETRIEVE_KEY",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });
});
