import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import type { Programs } from "./programs.ts";

/** A real PostgreSQL server of a test, with sops's table and a user `sops` whose password is `pass word`. */
export interface PostgresServer {
  readonly port: number;
  /** The directory of its socket. */
  readonly socketDirectory: string;
  /** Runs a statement as the administrator. */
  administer(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Takes the rows of the log, oldest first, each as `action username file`. */
  takeRows(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** The key and the certificate of a server, files. */
export interface ServerCertificate {
  readonly key: Buffer;
  readonly certificate: Buffer;
}

/** As sops's own documentation makes it. */
const schema = `
  CREATE TABLE audit_event (id SERIAL PRIMARY KEY, timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, action TEXT, username TEXT, file TEXT);
  CREATE ROLE sops WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN PASSWORD 'pass word';
  GRANT INSERT ON audit_event TO sops;
  GRANT USAGE ON audit_event_id_seq TO sops;
`;

/**
 * Makes a database in `folder`, which must not be there yet, and serves it on a free port of this computer and over a socket.
 *
 * @param tls - where it is given, clients may ask for TLS
 */
export async function startPostgres(
  { initdb, postgres }: Programs<"initdb" | "postgres">,
  folder: string,
  tls?: ServerCertificate,
): Promise<PostgresServer> {
  // PostgreSQL refuses to run as root.
  const user: Account = process.getuid?.() === 0 ? accountOf("postgres") : {};
  const [data, sockets, password] = ["data", "sockets", "password"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [folder, sockets]) {
    mkdirSync(path, { mode: 0o755 });
    if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
  }
  writeFileSync(password, "admin");
  chmodSync(password, 0o644);
  const making = ["-D", data, "-A", "scram-sha-256", "-U", "admin", "--pwfile", password, "-E", "UTF8", "--no-sync"];
  execFileSync(initdb, making, { ...user, cwd: "/", stdio: "pipe" });
  if (tls !== undefined) writeCertificate(tls, data, user);
  const port = await freePort();
  const settings = ["-p", String(port), "-k", sockets, "-h", "127.0.0.1", ...(tls === undefined ? [] : ["-l"])];
  const server = spawn(postgres, ["-D", data, "-F", ...settings], { ...user, cwd: "/", stdio: "ignore" });
  const ended = new Promise<void>((done) => void server.once("exit", () => done()).once("error", () => done()));
  const end = (): void => void server.kill("SIGQUIT");
  process.once("exit", end);
  const stop = async (): Promise<void> => {
    end();
    await ended;
    process.off("exit", end);
  };
  const administrator = await connectTo(port, () => server.exitCode !== null).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  await administrator.query(schema);
  return {
    port,
    socketDirectory: sockets,
    administer: async (statement) => (await administrator.query<Record<string, unknown>>(statement)).rows,
    async takeRows() {
      const { rows } = await administrator.query<Record<"action" | "username" | "file", string>>(
        "WITH taken AS (DELETE FROM audit_event RETURNING *) SELECT * FROM taken ORDER BY id",
      );
      return rows.map(({ action, username, file }) => `${action} ${username} ${file}`);
    },
    async stop() {
      await administrator.end().catch(() => undefined);
      await stop();
    },
  };
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

function accountOf(name: string): { readonly uid: number; readonly gid: number } {
  const [uid, gid] = ["-u", "-g"].map((what) => Number(execFileSync("id", [what, name], { encoding: "utf8" })));
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

function writeCertificate({ key, certificate }: ServerCertificate, data: string, { uid, gid }: Account): void {
  for (const [name, content] of [["server.key", key] as const, ["server.crt", certificate] as const]) {
    const path = join(data, name);
    writeFileSync(path, content, { mode: 0o600 });
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  }
}

const startTimeoutMs = 60_000;

async function connectTo(port: number, hasEnded: () => boolean): Promise<Client> {
  for (const deadline = Date.now() + startTimeoutMs; ; await delay(50)) {
    const client = new Client({ host: "127.0.0.1", port, user: "admin", password: "admin", database: "postgres" });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (hasEnded() || Date.now() > deadline) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
