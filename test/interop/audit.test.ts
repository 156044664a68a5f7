import { mkdtempSync, readFileSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { corpusKey, corpusRecipient } from "../keys/context.ts";
import { sopsTsCommand } from "../support/built-program.ts";
import { makeCertificates } from "../support/cloud/tls-proxy.ts";
import { type Outcome, programRunner } from "../support/command-runner.ts";
import { describeWithNamespaces, withFolderInEtc } from "../support/mount-namespace.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { describeWithPrograms } from "../support/programs.ts";

const recipient = corpusRecipient("alice");
const { username } = userInfo();

/** What both programs do. */
interface Run extends Outcome {
  readonly rows: readonly string[];
}

interface RunOptions {
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Done before either program. */
  readonly before?: () => Promise<unknown>;
}

describeWithPrograms(["sops", "initdb", "postgres", "openssl"], "the audit log and real sops", (programs) => {
  describeWithNamespaces("in PostgreSQL:", () => {
    const folder = mkdtempSync(join(tmpdir(), "sops-ts-audit-"));
    const work = join(folder, "work");
    let server: PostgresServer;
    /** The connection string of the tests that are not about it. */
    let usual: string;

    beforeAll(async () => {
      // The server's user has to get at its files.
      await chmod(folder, 0o711);
      for (const name of ["tls", "etc", "spare", "home"]) await mkdir(join(folder, name));
      makeCertificates(["localhost", "db.test"], join(folder, "tls"), programs.openssl);
      const read = (name: string): Buffer => readFileSync(join(folder, "tls", name));
      server = await startPostgres(programs, join(folder, "postgres"), {
        key: read("server.key"),
        certificate: read("server.pem"),
      });
      usual = `postgres://sops:pass%20word@127.0.0.1:${server.port}/postgres?sslmode=disable`;
    });
    afterAll(async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    });

    async function makeFiles(): Promise<void> {
      await rm(work, { recursive: true, force: true });
      await mkdir(work);
      const files = {
        "keys.txt": corpusKey("alice.txt"),
        "plain.yaml": "a: one\n",
        "f.yaml": encrypted,
        "damaged.yaml": encrypted.replace(/data:..../, "data:AAAA"),
        ".sops.yaml": JSON.stringify({
          creation_rules: [{ age: recipient }],
          destination_rules: [
            { path_regex: "f.yaml", vault_path: "x", vault_address: "http://127.0.0.1:1" },
            { path_regex: "plain.yaml", s3_bucket: "x", recreation_rule: { age: recipient } },
          ],
        }),
      };
      for (const [name, content] of Object.entries(files)) await writeFile(join(work, name), content);
    }
    let encrypted = "";

    /** The connection string stands in quotes of JSON, which is YAML. */
    const configOf = (...strings: string[]): string =>
      JSON.stringify({ backends: { postgres: strings.map((text) => ({ connection_string: text })) } });

    function invoke(
      command: readonly [string, ...string[]],
      line: readonly string[],
      { env, stdin }: RunOptions,
    ): Promise<Outcome> {
      const [program, ...start] = withFolderInEtc("sops", join(folder, "etc"), join(folder, "spare"));
      return programRunner([program, ...start, ...command])({
        args: line,
        directory: work,
        env: {
          PATH: process.env["PATH"] ?? "",
          HOME: join(folder, "home"),
          TMPDIR: folder,
          SOPS_DISABLE_VERSION_CHECK: "1",
          SOPS_AGE_KEY_FILE: join(work, "keys.txt"),
          ...env,
        },
        stdin: new TextEncoder().encode(stdin ?? ""),
      });
    }

    async function runOne(
      command: readonly [string, ...string[]],
      line: readonly string[],
      options: RunOptions,
    ): Promise<Run> {
      await makeFiles();
      await writeFile(join(folder, "etc/audit.yaml"), options.config ?? configOf(usual));
      await options.before?.();
      await server.takeRows().catch(() => []);
      const outcome = await invoke(command, line, options);
      return { ...outcome, rows: await server.takeRows().catch(() => []) };
    }

    /** Runs a command line with both programs, which must end alike. */
    async function runBoth(line: readonly string[], options: RunOptions = {}): Promise<{ sops: Run; ours: Run }> {
      const sops = await runOne([programs.sops], line, options);
      const ours = await runOne(sopsTsCommand(), line, options);
      expect({ status: ours.status, rows: ours.rows }, ours.stderr).toEqual({ status: sops.status, rows: sops.rows });
      expect(ours.stderr).not.toMatch(/pass.word/);
      return { sops, ours };
    }

    beforeAll(async () => {
      const { stdout } = await runOne([programs.sops], ["encrypt", "plain.yaml"], {});
      encrypted = Buffer.from(stdout).toString();
    });

    const actions: readonly (readonly [line: readonly string[], rows: string, status: number, options?: RunOptions])[] =
      [
        [["--version"], "", 0],
        [["help"], "", 0],
        [["encrypt", "plain.yaml"], "encrypt plain.yaml", 0],
        [["encrypt", "-i", "../work/plain.yaml"], "encrypt plain.yaml", 0],
        [["encrypt", "f.yaml"], "", 203],
        [["encrypt", "--filename-override", "x.yaml"], "encrypt .", 0, { stdin: "a: 1\n" }],
        [["decrypt", "f.yaml"], "decrypt f.yaml", 0],
        [["decrypt", "--extract", '["a"]', "f.yaml"], "decrypt f.yaml", 0],
        [["decrypt", "--extract", '["b"]', "f.yaml"], "decrypt f.yaml", 1],
        [["decrypt", "--ignore-mac", "damaged.yaml"], "decrypt damaged.yaml", 25],
        [["decrypt", "f.yaml"], "", 128, { env: { SOPS_AGE_KEY_FILE: "/none" } }],
        [["decrypt", "none.yaml"], "", 100],
        [["-d", "f.yaml"], "decrypt f.yaml", 0],
        [["--set", '["a"] 1', "f.yaml"], "decrypt f.yaml,encrypt f.yaml", 0],
        [["set", "f.yaml", '["a"]', "1"], "decrypt f.yaml,encrypt f.yaml", 0],
        [["unset", "f.yaml", '["a"]'], "decrypt f.yaml,encrypt f.yaml", 0],
        [["unset", "f.yaml", '["b"]'], "decrypt f.yaml", 1],
        [["rotate", "-i", "f.yaml"], "rotate f.yaml,decrypt f.yaml,encrypt f.yaml", 0],
        [["rotate", "-i", "f.yaml"], "rotate f.yaml", 128, { env: { SOPS_AGE_KEY_FILE: "/none" } }],
        [["-r", "f.yaml"], "rotate f.yaml,decrypt f.yaml,encrypt f.yaml", 0],
        [["updatekeys", "-y", "f.yaml"], "", 0],
        [["groups", "add", "-f", "f.yaml", "--age", recipient], "", 0],
        [["filestatus", "f.yaml"], "", 0],
        [["exec-env", "f.yaml", "exit 7"], "decrypt f.yaml", 7],
        [["exec-file", "f.yaml", "cat {}"], "decrypt f.yaml", 0],
        [["edit", "f.yaml"], "decrypt f.yaml,encrypt f.yaml", 0, { env: { EDITOR: "sed -i s/one/two/" } }],
        [["edit", "f.yaml"], "decrypt f.yaml", 200, { env: { EDITOR: "true" } }],
        [["edit", "new.yaml"], "encrypt new.yaml", 0, { env: { EDITOR: "sed -i s/hello/bye/" } }],
        [["publish", "-y", "f.yaml"], "decrypt f.yaml", 1],
      ];
    it.each(actions.map(([line, rows, status, options = {}]) => [line, rows, status, options] as const))(
      "%j is recorded as sops does it: %j",
      async (line, rows, status, options) => {
        const { ours } = await runBoth(line, options);
        const expected = rows
          .split(",")
          .filter((row) => row !== "")
          .map((row) => row.split(" "));
        expect(ours).toMatchObject({
          status,
          rows: expected.map(([action, file = ""]) => `${action} ${username} ${join(work, file)}`),
        });
      },
    );

    it("a file that is published with other keys is decrypted and encrypted", async () => {
      const env = {
        AWS_ACCESS_KEY_ID: "x",
        AWS_SECRET_ACCESS_KEY: "x",
        AWS_REGION: "r",
        AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      };
      const before = (): Promise<void> => writeFile(join(work, "plain.yaml"), encrypted);
      const { ours } = await runBoth(["publish", "-y", "plain.yaml"], {
        env: { ...env, AWS_MAX_ATTEMPTS: "1" },
        before,
      });
      expect(ours.rows.map((row) => row.split(" ")[0])).toEqual(["decrypt", "encrypt"]);
    });

    it("names with other letters arrive as they are", async () => {
      const before = (): Promise<void> => writeFile(join(work, "ü ß.yaml"), encrypted);
      const { ours } = await runBoth(["decrypt", "ü ß.yaml"], { before });
      expect(ours.rows).toEqual([`decrypt ${username} ${join(work, "ü ß.yaml")}`]);
    });

    describe("connection strings are read as sops reads them:", () => {
      const login = "user=sops password='pass word' dbname=postgres";
      const tcp = `${login} host=127.0.0.1 port={port}`;
      const strings: readonly (readonly [text: string, env?: Readonly<Record<string, string>>])[] = [
        ["postgres://sops:pass%20word@127.0.0.1:{port}/postgres?sslmode=disable"],
        ["postgresql://sops:pass%20word@localhost:{port}/postgres"],
        ["postgres://sops@localhost:{port}/postgres", { PGPASSWORD: "pass word" }],
        ["postgres:///postgres?host={sockets}&port={port}&user=sops&password=pass+word"],
        [
          "postgres://127.0.0.1/postgres?user=sops&password=pass%20word&port={port}&application_name=a&search_path=public",
        ],
        ["postgres://sops:wrong@127.0.0.1:{port}/postgres"],
        ["postgres://sops:pass%20word@127.0.0.1:{port}/none"],
        ["postgres://sops:pass word@127.0.0.1:{port}/postgres"],
        ["postgres://sops:pass%20word@127.0.0.1:x/postgres"],
        [`${tcp} sslmode=disable`],
        [`${tcp} sslmode=allow`],
        [`${tcp} sslmode=prefer`],
        [`${tcp} sslmode=require`],
        [`${tcp} sslmode=verify-ca`],
        [`${tcp} sslmode=verify-ca sslrootcert={tls}/authority.pem`],
        [`${tcp} sslmode=verify-full sslrootcert={tls}/authority.pem`],
        [`${login} host=localhost port={port} sslmode=verify-full sslrootcert={tls}/authority.pem`],
        [`${login} host=db.test hostaddr=127.0.0.1 port={port} sslmode=verify-full sslrootcert={tls}/authority.pem`],
        [`${login} host=other.test hostaddr=127.0.0.1 port={port} sslmode=verify-full sslrootcert={tls}/authority.pem`],
        [`${login} host=other.test hostaddr=127.0.0.1 port={port} sslmode=verify-ca sslrootcert={tls}/authority.pem`],
        [`${tcp} sslmode=require sslrootcert={tls}/authority.pem`],
        [`${tcp} sslmode=require sslrootcert={tls}/none.pem`],
        [`${tcp} sslmode=verify-ca sslrootcert={tls}/none.pem`],
        [`${tcp} sslmode=verify-ca sslrootcert={tls}/server.pem`],
        [`${tcp} sslmode=require sslcert={tls}/server.pem sslkey={tls}/server.key`],
        [`${tcp} sslmode=require sslcert={tls}/server.pem sslkey={tls}/none.key`],
        [`${tcp} sslrootcert=system`],
        [`${tcp} sslmode=no-verify`],
        [`${tcp} ssl_min_protocol_version=TLSv1.3`],
        [`${tcp} sslnegotiation=direct`],
        [`${login} host={sockets} port={port}`],
        [`${login} host=/none port={port}`],
        [`${login} host=127.0.0.1,127.0.0.1 port=1,{port}`],
        [`${tcp} target_session_attrs=read-write`],
        [`${tcp} target_session_attrs=standby`],
        [`${tcp} target_session_attrs=prefer-standby`],
        [`${tcp} options='-c search_path=public'`],
        [`${tcp} search_path=public statement_timeout=1000`],
        [`${tcp} nosuchsetting=1`],
        [`${tcp} client_encoding=LATIN1`],
        [`${tcp} connect_timeout=soon`],
        [
          "",
          { PGHOST: "127.0.0.1", PGPORT: "{port}", PGUSER: "sops", PGPASSWORD: "pass word", PGDATABASE: "postgres" },
        ],
        [
          "",
          { PGHOST: "127.0.0.1", PGPORT: "{port}", PGUSER: "sops", PGPASSFILE: "{tls}/pass", PGDATABASE: "postgres" },
        ],
        ["service=log", { PGSERVICEFILE: "{tls}/services" }],
        [tcp, { PGSSLMODE: "verify-ca" }],
        [tcp, { PGREQUIRESSL: "1" }],
        [tcp, { PGSSLMODE: "no" }],
        ["host=127.0.0.1 port=1"],
        ["port=x"],
        ["no setting"],
        ["password='open"],
      ];

      beforeAll(async () => {
        const write = (name: string, text: string): Promise<void> =>
          writeFile(join(folder, "tls", name), text, { mode: 0o600 });
        await write("pass", `127.0.0.1:${server.port}:*:sops:pass word\n`);
        await write(
          "services",
          `[log]\nhost=127.0.0.1\nport=${server.port}\nuser=sops\npassword=pass word\ndbname=postgres\n`,
        );
      });

      it.each(strings.map(([text, variables = {}]) => [text, variables] as const))("%s %j", async (text, variables) => {
        const fill = (value: string): string =>
          value
            .replaceAll("{port}", String(server.port))
            .replaceAll("{sockets}", server.socketDirectory)
            .replaceAll("{tls}", join(folder, "tls"));
        const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, fill(value)]));
        await writeFile(join(folder, "etc/audit.yaml"), configOf(fill(text)));
        const commands = [[programs.sops] as const, sopsTsCommand()];
        const [theirs, ours] = await Promise.all(commands.map((command) => invoke(command, ["--version"], { env })));
        expect(ours?.status, ours?.stderr).toBe(theirs?.status);
        expect(ours?.stderr).not.toMatch(/pass.word/);
      });
    });

    describe("a database that fails is told of in sops's words:", () => {
      /** The log lines without time, place and hint. */
      const linesOf = ({ stderr }: Run): readonly string[] =>
        stderr
          .split("\n")
          .filter((line) => line.startsWith("[AUDIT]"))
          .map((line) =>
            line.replace(/ time="[^"]+"/, "").replace(/(?:connectStr: .*?|backends\.postgres\[0\]), err: /, ""),
          );

      it.each([
        ["wrong password", "host=127.0.0.1 port={port} user=sops password=wrong sslmode=disable"],
        ["no server", "host=127.0.0.1 port=1 sslmode=disable"],
        ["no socket", "host=/none"],
        ["no such database", "postgres://sops:pass%20word@127.0.0.1:{port}/none?sslmode=disable"],
      ])("%s", async (_, text) => {
        const config = configOf(text.replace("{port}", String(server.port)));
        for (const line of [["--version"], ["help"], ["decrypt", "f.yaml"], ["updatekeys", "-y", "f.yaml"]]) {
          const { sops, ours } = await runBoth(line, { config });
          expect(ours.status).toBe(1);
          expect(linesOf(ours)).toEqual(linesOf(sops));
          expect(ours.stdout).toHaveLength(0);
        }
      });

      it("one of two", async () => {
        const { ours } = await runBoth(["decrypt", "f.yaml"], { config: configOf(usual, "host=127.0.0.1 port=1") });
        expect(ours.stderr).toContain("backends.postgres[1], err:");
      });

      it("YAML that is none: the same exit status, and no stack trace", async () => {
        const { ours } = await runBoth(["--version"], { config: "backends: [" });
        expect(ours.status).toBe(2);
        expect(ours.stderr).not.toMatch(/ {4}at |goroutine/);
      });

      it("a server that hangs", async () => {
        const hanging = createServer();
        await new Promise<void>((done) => hanging.listen(0, "127.0.0.1", done));
        const { port } = hanging.address() as AddressInfo;
        const config = configOf(`host=127.0.0.1 port=${port} sslmode=disable connect_timeout=1`);
        const { ours } = await runBoth(["decrypt", "f.yaml"], { config });
        expect(ours.stderr).toMatch(/tcp 127\.0\.0\.1:\d+: no answer within 1 s/);
        hanging.close();
      });

      const insertions = [
        ["without a table", "ALTER TABLE audit_event RENAME TO gone", "ALTER TABLE gone RENAME TO audit_event"],
        ["without the right", "REVOKE INSERT ON audit_event FROM sops", "GRANT INSERT ON audit_event TO sops"],
      ] as const;
      it.each(insertions)("%s", async (_, breaking, mending) => {
        await server.administer(breaking);
        try {
          for (const line of [
            ["decrypt", "f.yaml"],
            ["encrypt", "-i", "plain.yaml"],
            ["rotate", "-i", "f.yaml"],
          ]) {
            const { sops, ours } = await runBoth(line);
            expect(ours.status).toBe(1);
            expect(linesOf(ours)).toEqual(linesOf(sops));
            expect(ours.stdout).toHaveLength(0);
            expect(await readFile(join(work, "plain.yaml"), "utf8")).toBe("a: one\n");
            expect(await readFile(join(work, "f.yaml"), "utf8")).toBe(encrypted);
          }
          const { ours } = await runBoth(["updatekeys", "-y", "f.yaml"]);
          expect(ours.status).toBe(0);
        } finally {
          await server.administer(mending);
        }
      });

      it("a connection that the server ends while the file is edited is made anew", async () => {
        await server.administer("ALTER ROLE sops SET idle_session_timeout = '100ms'");
        try {
          const editor = join(folder, "editor");
          await writeFile(editor, "#!/bin/sh\nsleep 1\nsed -i s/one/two/ $1\n", { mode: 0o755 });
          const { ours } = await runBoth(["edit", "f.yaml"], { env: { EDITOR: editor } });
          expect(ours.rows).toHaveLength(2);
        } finally {
          await server.administer("ALTER ROLE sops RESET idle_session_timeout");
        }
      });
    });
  });
});
