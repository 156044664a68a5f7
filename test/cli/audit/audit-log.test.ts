import { mkdir, readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../../src/cli/run.ts";
import { PlatformError } from "../../../src/platform/platform.ts";
import { corpusKey, corpusRecipient } from "../../keys/context.ts";
import type { Outcome } from "../../support/command-runner.ts";
import { inputOf, isolatedPlatform } from "../../support/in-process.ts";
import { pipedPrograms } from "../../support/piped-programs.ts";
import { type PostgresStandIn, servePostgres, type StandInBehaviour } from "../../support/postgres-stand-in.ts";
import { withTemporaryDirectory } from "../../support/temporary-directory.ts";

/** A host with an audit log: sops-ts in this process, with a directory and a file `f.yaml` that is encrypted. */
interface Host {
  readonly directory: string;
  run(
    line: readonly string[],
    options?: { stdin?: string; env?: Record<string, string>; config?: string | Error },
  ): Promise<Outcome>;
}

async function onHost(server: { readonly port: number }, use: (host: Host) => Promise<void>): Promise<void> {
  await withTemporaryDirectory(async (directory) => {
    await writeFile(join(directory, "keys.txt"), corpusKey("alice.txt"));
    await writeFile(join(directory, ".sops.yaml"), `creation_rules: [{age: ${corpusRecipient("alice")}}]`);
    const usual = `backends: {postgres: [{connection_string: "postgres://u:hunter2@127.0.0.1:${server.port}/?sslmode=disable"}]}`;
    const host: Host = {
      directory,
      async run(args, { stdin = "", env = {}, config = usual } = {}) {
        const output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
        const invocation = {
          args,
          directory,
          env: {
            PATH: process.env["PATH"] ?? "",
            HOME: directory,
            SOPS_AGE_KEY_FILE: join(directory, "keys.txt"),
            ...env,
          },
        };
        const platform = isolatedPlatform(invocation);
        const stream = (into: Uint8Array[]) => ({
          isTerminal: false,
          write: (content: string | Uint8Array) => void into.push(Buffer.from(content)),
        });
        const status = await run(args, {
          platform: {
            ...platform,
            readFileIfExists: async (path) => {
              if (path !== "/etc/sops/audit.yaml") return platform.readFileIfExists(path);
              if (config instanceof Error) throw config;
              return config === "" ? undefined : new TextEncoder().encode(config);
            },
          },
          stdout: stream(output.stdout),
          stderr: stream(output.stderr),
          ...inputOf(new TextEncoder().encode(stdin)),
          programs: pipedPrograms(invocation, output),
        });
        const stderr = Buffer.concat(output.stderr).toString();
        expect(stderr).not.toContain("hunter2");
        return { status, stdout: Buffer.concat(output.stdout), stderr };
      },
    };
    await writeFile(join(directory, "f.yaml"), "a: one\n");
    expect(await host.run(["encrypt", "-i", "f.yaml"], { config: "" })).toMatchObject({ status: 0, stderr: "" });
    await use(host);
  });
}

async function withServer(behaviour: StandInBehaviour, use: (server: PostgresStandIn) => Promise<void>): Promise<void> {
  const server = await servePostgres(behaviour);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

/** What fails when rows cannot be written. */
const refusesRows: StandInBehaviour = { onQuery: (_, values) => (values.length > 0 ? { error: "42P01" } : "done") };

const username = userInfo().username;

/** The installer's manifest for one secret of `f.yaml`. */
function manifestIn(directory: string): string {
  return JSON.stringify({
    secrets: [
      {
        ...{ name: "a", key: "a", path: join(directory, "run/secrets/a"), sopsFile: join(directory, "f.yaml") },
        ...{ format: "yaml", mode: "0400", uid: 0, gid: 0, restartUnits: [], reloadUnits: [] },
      },
    ],
    templates: [],
    placeholderBySecretName: {},
    secretsMountPoint: join(directory, "run/secrets.d"),
    symlinkPath: join(directory, "run/secrets"),
    keepGenerations: 1,
    ageKeyFile: join(directory, "keys.txt"),
    ageSshKeyPaths: [],
    gnupgHome: "",
    sshKeyPaths: [],
    useTmpfs: false,
    userMode: true,
    logging: { keyImport: false, secretChanges: false },
  });
}

describe("the audit log", () => {
  const cases: readonly (readonly [line: readonly string[], rows: readonly string[], status?: number])[] = [
    [["--version"], []],
    [["help", "decrypt"], []],
    [["encrypt", "plain.yaml"], ["encrypt plain.yaml"]],
    [["decrypt", "f.yaml"], ["decrypt f.yaml"]],
    [["decrypt", "--extract", '["a"]', "f.yaml"], ["decrypt f.yaml"]],
    [["decrypt", "--extract", '["b"]', "f.yaml"], ["decrypt f.yaml"], 1],
    [["decrypt", "f.json"], [], 100],
    [["-d", "f.yaml"], ["decrypt f.yaml"]],
    [
      ["set", "f.yaml", '["a"]', '"x"'],
      ["decrypt f.yaml", "encrypt f.yaml"],
    ],
    [["unset", "f.yaml", '["b"]'], ["decrypt f.yaml"], 1],
    [
      ["rotate", "f.yaml"],
      ["rotate f.yaml", "decrypt f.yaml", "encrypt f.yaml"],
    ],
    [
      ["rotate", "-i", "-y", "."],
      ["rotate f.yaml", "decrypt f.yaml", "encrypt f.yaml"],
    ],
    [["updatekeys", "-y", "f.yaml"], []],
    [["filestatus", "f.yaml"], []],
    [["exec-env", "f.yaml", "true"], ["decrypt f.yaml"]],
    [["exec-file", "f.yaml", "true"], ["decrypt f.yaml"]],
    [["check"], []],
    [["check", "--mac"], ["decrypt f.yaml"]],
    [["install-secrets", "-check-mode=sopsfile", "manifest.json"], []],
    [["install-secrets", "manifest.json"], ["decrypt f.yaml"]],
    [["age-keygen"], []],
  ];
  it.each(cases.map(([line, rows, status = 0]) => [line, rows, status] as const))(
    "after %j has %j",
    (line, rows, status) =>
      withServer({}, (server) =>
        onHost(server, async ({ directory, run: runLine }) => {
          await writeFile(join(directory, "plain.yaml"), "a: 1\n");
          await writeFile(join(directory, "manifest.json"), manifestIn(directory));
          await mkdir(join(directory, "run"));
          const outcome = await runLine(line, { env: { XDG_RUNTIME_DIR: join(directory, "run") } });
          expect(outcome, outcome.stderr).toMatchObject({ status });
          const expected = rows
            .map((row) => row.split(" "))
            .map(([action, file]) => [action, username, join(directory, file ?? "")]);
          expect(server.rows).toEqual(expected);
          expect(server.startups).toHaveLength(1);
        }),
      ),
  );

  it("names the working directory for standard input", () =>
    withServer({}, (server) =>
      onHost(server, async (host) => {
        const stdin = await readFile(join(host.directory, "f.yaml"), "utf8");
        const line = ["decrypt", "--filename-override", "x.yaml"];
        expect(await host.run(line, { stdin })).toMatchObject({ status: 0 });
        expect(server.rows).toEqual([["decrypt", username, host.directory]]);
      }),
    ));

  it("has a row for a file whose values then turn out to be damaged, and none for one without a key", () =>
    withServer({}, (server) =>
      onHost(server, async (host) => {
        const path = join(host.directory, "f.yaml");
        expect(await host.run(["rotate", "-i", "f.yaml"], { env: { SOPS_AGE_KEY_FILE: "" } })).toMatchObject({
          status: 128,
        });
        await writeFile(path, (await readFile(path, "utf8")).replace(/data:..../, "data:AAAA"));
        expect(await host.run(["decrypt", "f.yaml"])).toMatchObject({ status: 25 });
        expect(server.rows.map(([action]) => action)).toEqual(["rotate", "decrypt"]);
      }),
    ));

  it("is told of with --verbose", () =>
    withServer({}, (server) =>
      onHost(server, async (host) => {
        const { stderr } = await host.run(["--verbose", "decrypt", "f.yaml"]);
        expect(stderr).toMatch(
          /\[AUDIT\]\t time="[^"]+" level=debug msg="Saving decrypt event to database" file=\S+f\.yaml\n/,
        );
      }),
    ));

  it("may be in several databases", () =>
    withServer({}, (first) =>
      withServer({}, (second) =>
        onHost(first, async (host) => {
          const entries = [first, second].map(
            ({ port }) => `{connection_string: "host=127.0.0.1 port=${port} sslmode=disable"}`,
          );
          const config = `backends: {postgres: [${entries.join(",")}]}`;
          expect(await host.run(["decrypt", "f.yaml"], { config })).toMatchObject({ status: 0 });
          expect([first.rows.length, second.rows.length]).toEqual([1, 1]);
        }),
      ),
    ));
});

describe("an audit log that cannot be written to", () => {
  it.each([
    ["decrypt", "f.yaml"],
    ["decrypt", "--output", "out.yaml", "f.yaml"],
    ["encrypt", "--output", "out.yaml", "plain.yaml"],
    ["set", "f.yaml", '["a"]', '"x"'],
    ["rotate", "-i", "f.yaml"],
    ["exec-env", "f.yaml", "touch out.yaml"],
    ["exec-file", "f.yaml", "touch out.yaml"],
  ])("ends %s before there is any output", (...line) =>
    withServer(refusesRows, (server) =>
      onHost(server, async (host) => {
        await writeFile(join(host.directory, "plain.yaml"), "a: 1\n");
        const before = await readFile(join(host.directory, "f.yaml"), "utf8");
        const { status, stdout, stderr } = await host.run(line);
        expect({ status, stdout: Buffer.from(stdout).toString() }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toMatch(
          /^\[AUDIT\]\t time="[^"]+" level=fatal msg="Failed to insert audit record: pq: a message for 42P01 \(42P01\)"\nHint: /,
        );
        expect(await readFile(join(host.directory, "f.yaml"), "utf8")).toBe(before);
        await expect(readFile(join(host.directory, "out.yaml"))).rejects.toThrow("ENOENT");
      }),
    ),
  );

  it("keeps set from encrypting when only that row fails", () =>
    withServer({ onQuery: (_, [action]) => (action === "encrypt" ? { error: "42501" } : "done") }, (server) =>
      onHost(server, async (host) => {
        const before = await readFile(join(host.directory, "f.yaml"), "utf8");
        expect(await host.run(["set", "f.yaml", '["a"]', '"x"'])).toMatchObject({ status: 1 });
        expect(await readFile(join(host.directory, "f.yaml"), "utf8")).toBe(before);
        expect(server.rows.map(([action]) => action)).toEqual(["decrypt"]);
      }),
    ));

  it("does not lose what was typed in an editor", () =>
    withServer({ onQuery: (_, [action]) => (action === "encrypt" ? { error: "42P01" } : "done") }, (server) =>
      onHost(server, async (host) => {
        const before = await readFile(join(host.directory, "f.yaml"), "utf8");
        const { status, stderr } = await host.run(["edit", "f.yaml"], { env: { EDITOR: "sed -i s/one/typed/" } });
        expect(status).toBe(1);
        expect(stderr).toContain("Failed to insert audit record: pq: a message for 42P01 (42P01)");
        const kept = /What you typed is kept, encrypted, in (\S+)\./.exec(stderr)?.[1] ?? "";
        expect(await readFile(join(host.directory, "f.yaml"), "utf8")).toBe(before);
        const { stdout } = await host.run(["decrypt", kept], { config: "" });
        expect(Buffer.from(stdout).toString()).toBe("a: typed\n");
      }),
    ));

  it("keeps check from telling that all is well", () =>
    withServer(refusesRows, (server) =>
      onHost(server, async (host) => {
        const { status, stderr } = await host.run(["check", "--mac"]);
        expect({ status, stderr }).toEqual({
          status: 2,
          stderr: expect.stringContaining("Failed to insert audit record") as string,
        });
      }),
    ));

  it("keeps the installer from installing", () =>
    withServer(refusesRows, (server) =>
      onHost(server, async (host) => {
        await writeFile(join(host.directory, "manifest.json"), manifestIn(host.directory));
        const env = { XDG_RUNTIME_DIR: join(host.directory, "run") };
        const { status, stderr } = await host.run(["install-secrets", "manifest.json"], { env });
        expect({ status, stderr }).toEqual({
          status: 1,
          stderr: expect.stringContaining("Failed to insert audit record") as string,
        });
        await expect(readFile(join(host.directory, "run/secrets/a"))).rejects.toThrow("ENOENT");
      }),
    ));
});

describe("an audit log that cannot be opened", () => {
  const lines = [["--version"], ["help"], ["decrypt", "f.yaml"], ["check"], ["decrypt", "--generate-bash-completion"]];
  it.each(lines)("ends %s with sops's words", (...line) =>
    onHost({ port: 1 }, async (host) => {
      const { status, stdout, stderr } = await host.run(line);
      expect({ status, stdout: Buffer.from(stdout).toString() }).toEqual({ status: 1, stdout: "" });
      const plain = stderr.replaceAll(/ time="[^"]+"/g, "");
      expect(plain).toBe(
        '[AUDIT]\t level=error msg="connecting to audit database, defined in /etc/sops/audit.yaml"\n' +
          '[AUDIT]\t level=error msg="backends.postgres[0], err: Pinging audit database failed: dial tcp 127.0.0.1:1: connect: connection refused"\n' +
          '[AUDIT]\t level=fatal msg="one or more audit backends reported errors, exiting"\n' +
          "Hint: Is the server running there?\n",
      );
    }),
  );

  it("tells of each database that fails", () =>
    withServer({}, (server) =>
      onHost(server, async (host) => {
        const good = `{connection_string: "host=127.0.0.1 port=${server.port} sslmode=disable"}`;
        const config = `backends: {postgres: [${good}, {connection_string: hunter2}, {connection_string: host=127.0.0.1 port=1}]}`;
        const { status, stderr } = await host.run(["decrypt", "f.yaml"], { config });
        expect(status).toBe(1);
        expect(stderr).toMatch(/postgres\[1\], err: .*malformed[^]*postgres\[2\], err: .*connection refused/);
        expect(stderr).not.toContain("postgres[0]");
      }),
    ));

  it.each([
    ["a: [", /cannot be understood: yaml: /],
    ["backends: x", /cannot unmarshal !!str into a mapping \(backends\)/],
    ["backends: {postgres: x}", /cannot unmarshal !!str into a list of databases/],
    ["backends: {postgres: [{connection_string: [hunter2]}]}", /cannot unmarshal !!seq into string/],
  ])("is an error, and no stack trace, for %j", (config, message) =>
    onHost({ port: 1 }, async (host) => {
      const { status, stderr } = await host.run(["--version"], { config });
      expect(status).toBe(2);
      expect(stderr).toMatch(/^\/etc\/sops\/audit\.yaml cannot be understood: /);
      expect(stderr).toMatch(message);
    }),
  );

  it("is an error when its config cannot be read", () =>
    onHost({ port: 1 }, async (host) => {
      const config = new PlatformError("open /etc/sops/audit.yaml: permission denied");
      const { status, stderr } = await host.run(["--version"], { config });
      expect({ status, stderr: stderr.replaceAll(/ time="[^"]+"/g, "") }).toEqual({
        status: 1,
        stderr:
          '[AUDIT]\t level=error msg="Error reading config: open /etc/sops/audit.yaml: permission denied"\n' +
          '[AUDIT]\t level=fatal msg="the audit log cannot be kept, exiting"\n' +
          "Hint: Who is to use sops-ts on this host must be able to read the file.\n",
      });
    }));

  it.each(["x: 1", "backends:", "backends: {postgres: }", "backends: {postgres: [null]}", "backends: {postgres: []}"])(
    "is none where no database is named: %j",
    (config) =>
      onHost({ port: 1 }, async (host) => {
        expect(await host.run(["decrypt", "f.yaml"], { config })).toMatchObject({ status: 0, stderr: "" });
      }),
  );
});
