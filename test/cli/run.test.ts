import { constants } from "node:buffer";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { isTooLong } from "../../src/cli/messages.ts";
import { run } from "../../src/cli/run.ts";
import { PlatformError, type Platform } from "../../src/platform/platform.ts";
import { corpusText, recipient } from "../support/cli-case.ts";
import { literally } from "../support/file-lines.ts";
import { inputOf, isolatedPlatform } from "../support/in-process.ts";

interface Heard {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface World {
  readonly platform?: Partial<Platform>;
  readonly env?: Record<string, string>;
  readonly terminal?: boolean;
  readonly stdin?: string;
  readonly fetch?: typeof fetch;
}

async function hear(args: readonly string[], world: World = {}): Promise<Heard> {
  const heard = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({
    isTerminal: world.terminal ?? false,
    write: (content: string | Uint8Array) => {
      heard[name] += typeof content === "string" ? content : new TextDecoder().decode(content);
    },
  });
  const status = await run(args, {
    platform: { ...isolatedPlatform({ directory: "/", env: world.env ?? {} }), ...world.platform },
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    ...inputOf(new TextEncoder().encode(world.stdin ?? "")),
    ...(world.fetch === undefined ? {} : { fetch: world.fetch }),
  });
  return { status, ...heard };
}

const encrypted = corpusText("commands/extract-item/f.yaml");
const jsonFromStdin = ["decrypt", "--input-type", "yaml", "--output-type", "json"];

describe("an error that should not happen", () => {
  const broken: Partial<Platform> = {
    readFileIfExists: async () => {
      throw new TypeError("cannot read 'hunter2'");
    },
  };

  it("is told in one line that asks for a report, without what the program was reading", async () => {
    const { status, stdout, stderr } = await hear(["decrypt", "f.yaml"], { platform: broken });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(
      "Internal error in sops-ts: TypeError. This is a bug; please report it with the output that SOPS_TS_DEBUG=1 adds.\n",
    );
  });

  it("shows where it happened to who asks for it", async () => {
    const { stderr } = await hear(["decrypt", "f.yaml"], { platform: broken, env: { SOPS_TS_DEBUG: "1" } });
    expect(stderr).toMatch(/^Internal error in sops-ts: TypeError[^\n]*\n +at .*run\.test\.ts/);
    expect(stderr).not.toContain("hunter2");
  });
});

describe("a file that is larger than a text can be", () => {
  it("is refused, and not taken for one that is not UTF-8", async () => {
    const platform: Partial<Platform> = {
      readFileIfExists: async (path) =>
        path === "/f.yaml" ? new Uint8Array(constants.MAX_STRING_LENGTH + 1) : undefined,
    };
    const { status, stdout, stderr } = await hear(["encrypt", "--age", recipient("alice"), "f.yaml"], { platform });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^The file is too large: .*\nHint: .*\n$/);
  });

  it("is known by what the runtime says when one is written", () => {
    const write = (): string => "x".repeat(constants.MAX_STRING_LENGTH + 1);
    expect(write).toThrow(expect.toSatisfy(isTooLong));
    expect(isTooLong(new RangeError("Invalid array length"))).toBe(false);
  });
});

function workingDirectory(): string {
  throw new PlatformError("the working directory is gone");
}

describe("a failure of the world", () => {
  it("is told as it is", async () => {
    const heard = await hear(["decrypt", "f.yaml"], { platform: { workingDirectory } });
    expect(heard).toEqual({ status: 1, stdout: "", stderr: "the working directory is gone\n" });
  });
});

describe("at a terminal", () => {
  it("warnings are short and coloured", async () => {
    const { stderr } = await hear(["-d", "a", "b"], { terminal: true });
    expect(stderr).toContain("\u001b[1m[CMD]\u001b[22m\t \u001b[33mWARN\u001b[0m[0000] More than one positional");
  });

  it.each<Record<string, string>>([{ NO_COLOR: "1" }, { TERM: "dumb" }])("nothing is coloured with %j", async (env) => {
    const { stderr } = await hear(["-d", "a", "b"], { terminal: true, env });
    expect(stderr).toContain("[CMD]\t WARN[0000] More than one positional");
    expect(stderr).not.toContain("\u001b");
  });

  it("the keys that failed are marked", async () => {
    const { status, stderr } = await hear(jsonFromStdin, { terminal: true, stdin: encrypted });
    expect(status).toBe(128);
    expect(stderr).toContain("Group 0: \u001b[31mFAILED\u001b[0m\n  age1");
  });
});

describe("updatekeys", () => {
  const files: Readonly<Record<string, string>> = {
    "/.sops.yaml": `creation_rules:\n  - age: ${recipient("bob")}\n`,
    "/f.yaml": encrypted,
  };
  const written: string[] = [];
  const platform: Partial<Platform> = {
    readFile: async (path) => Buffer.from(files[resolve("/", path)] ?? expect.fail(`${path} was read`)),
    readFileIfExists: async (path) => {
      const content = files[resolve("/", path)];
      return content === undefined ? undefined : Buffer.from(content);
    },
    writeFile: async (path) => {
      written.push(path);
      throw new PlatformError(`open ${path}: permission denied`);
    },
  };

  it("paints what would change, at a terminal", async () => {
    const changes = (painted: boolean): RegExp => {
      const [green, red, line, end] = painted
        ? ["\u001b[32m", "\u001b[31m", "\u001b[4m", "\u001b[0m"]
        : ["", "", "", ""];
      const keys = `${green}+++ ${recipient("bob")}\n${end}${red}--- ${recipient("alice")}\n${end}`;
      return new RegExp(literally(`${line}Group 1\n${end}${keys}Is this okay? (y/n):`));
    };
    const ask = (world: World): Promise<Heard> => hear(["updatekeys", "f.yaml"], { platform, stdin: "n\n", ...world });
    expect((await ask({ terminal: true })).stdout).toMatch(changes(true));
    expect((await ask({ terminal: true, env: { NO_COLOR: "1" } })).stdout).toMatch(changes(false));
    expect((await ask({})).stdout).toMatch(changes(false));
    expect(written).toEqual([]);
  });

  it("says that the file could not be written", async () => {
    const env = { SOPS_AGE_KEY: corpusText("keys/alice.txt") };
    const { status, stderr } = await hear(["updatekeys", "-y", "f.yaml"], { platform, env });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /Syncing keys for file \/f\.yaml\ncould not open file for writing: open \/f\.yaml: permission denied\n$/,
    );
    expect(written).toEqual(["/f.yaml"]);
  });
});

async function newer(): Promise<Response> {
  return new Response(null, {
    status: 302,
    headers: { location: "https://github.com/getsops/sops/releases/tag/v99.0.0" },
  });
}

async function never(): Promise<Response> {
  return expect.fail("the network was used");
}

describe("the version", () => {
  it("names sops first and does not use the network", async () => {
    const { status, stdout } = await hear(["--version"], { fetch: never });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^sops 3\.13\.3 \(sops-ts \d+\.\d+\.\d+\)\n$/);
  });

  it("is compared with the latest one only when asked for", async () => {
    const { stdout } = await hear(["--version", "--check-for-updates"], { fetch: newer });
    expect(stdout).toMatch(/^sops 3\.13\.3 .*\n\[info\] a new version of sops \(v99\.0\.0\) is available/);
  });

  it("is compared when asked for, though the check is turned off by the environment", async () => {
    const env = { SOPS_DISABLE_VERSION_CHECK: "true" };
    const { stdout } = await hear(["--check-for-updates", "-v"], { fetch: newer, env });
    expect(stdout).toContain("[info] a new version");
  });
});
