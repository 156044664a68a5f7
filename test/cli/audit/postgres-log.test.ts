import { afterEach, describe, expect, it } from "vitest";
import { PostgresLog } from "../../../src/cli/audit/postgres-log.ts";
import { memoryPlatform } from "../../support/memory-platform.ts";
import { type PostgresStandIn, servePostgres, type StandInBehaviour } from "../../support/postgres-stand-in.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function serving(behaviour?: StandInBehaviour): Promise<PostgresStandIn> {
  const server = await servePostgres(behaviour);
  opened.push({ close: () => server.stop() });
  return server;
}

const world = { platform: memoryPlatform({ env: { USER: "me" } }), warn: (): void => undefined };

async function open(text: string): Promise<PostgresLog> {
  const log = await PostgresLog.open(text, world);
  opened.unshift(log);
  return log;
}

const event = { action: "decrypt", username: "root", file: "/a/ü b.yaml" } as const;
const row = ["decrypt", "root", "/a/ü b.yaml"];

describe("an audit log in PostgreSQL", () => {
  it("gets a row", async () => {
    const server = await serving({ password: "hunter2" });
    const log = await open(
      `host=127.0.0.1 port=${server.port} dbname=d password=hunter2 sslmode=disable application_name=a search_path=s`,
    );
    await log.insert(event);
    expect(server.rows).toEqual([row]);
    expect(server.passwords).toEqual(["hunter2"]);
    expect(server.startups).toEqual([
      { user: "me", database: "d", application_name: "a", options: "-c search_path=s", client_encoding: "UTF8" },
    ]);
  });

  it("is asked whether it answers before anything else", async () => {
    const asked: string[] = [];
    const server = await serving({ onQuery: (text) => (asked.push(text), "done") });
    await open(`postgres://127.0.0.1:${server.port}/?sslmode=disable`);
    expect(asked).toEqual(["SELECT 1"]);
  });

  it("is connected to again when the server has ended the connection", async () => {
    const server = await serving();
    const log = await open(`host=127.0.0.1 port=${server.port} sslmode=disable`);
    server.sayFarewell();
    await log.insert(event);
    expect(server.rows).toEqual([row]);
    expect(server.startups).toHaveLength(2);
  });

  it("is connected to again when the server ends the connection instead of inserting", async () => {
    let farewells = 0;
    const server = await serving({
      onQuery: (_, values) => (values.length > 0 && farewells++ === 0 ? { error: "57P01", severity: "FATAL" } : "done"),
    });
    const log = await open(`host=127.0.0.1 port=${server.port} sslmode=disable`);
    await log.insert(event);
    expect(server.rows).toEqual([row]);
  });

  it.each<[string, string, string]>([
    ["prefer", "goes on without TLS", ""],
    ["allow", "begins without TLS", ""],
    ["disable", "does without TLS", ""],
    ["require", "insists on TLS", "pq: SSL is not enabled on the server"],
    ["verify-full", "insists on TLS", "pq: SSL is not enabled on the server"],
  ])("with sslmode=%s %s", async (mode, _, failure) => {
    const server = await serving();
    const opening = open(`host=127.0.0.1 port=${server.port} sslmode=${mode}`);
    if (failure === "") expect(await opening).toBeInstanceOf(PostgresLog);
    else await expect(opening).rejects.toThrow(new RegExp(`^${failure}$`));
    expect(server.startups).toHaveLength(failure === "" ? 1 : 0);
  });

  it("is at the first of several servers that can be used", async () => {
    const [broken, server] = [await serving({ greeting: "cuts" }), await serving()];
    await open(`host=127.0.0.1,127.0.0.1 port=${broken.port},${server.port} sslmode=disable`);
    expect(server.startups).toHaveLength(1);
    await expect(open(`host=127.0.0.1,127.0.0.1 port=${broken.port},1 sslmode=disable`)).rejects.toThrow(
      new RegExp(
        `^pq: could not connect to any of the hosts: connecting to 127.0.0.1:${broken.port}: .* cut the connection; ` +
          "connecting to 127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused$",
      ),
    );
  });
});

describe("an audit log in PostgreSQL that fails", () => {
  it.each<[string, StandInBehaviour, RegExp]>([
    ["cuts the connection", { greeting: "cuts" }, /^tcp 127\.0\.0\.1:\d+: the server cut the connection$/],
    ["does not answer", { greeting: "says nothing" }, /^tcp 127\.0\.0\.1:\d+: no answer within 1 s$/],
    ["is no PostgreSQL", { greeting: "talks nonsense" }, /^tcp 127\.0\.0\.1:\d+: the server /],
    ["wants another password", { password: "other" }, /^pq: a message for 28P01 \(28P01\)$/],
    ["fails the ping", { onQuery: () => ({ error: "XX000" }) }, /^pq: a message for XX000 \(XX000\)$/],
    ["cuts the ping", { onQuery: () => "cut" }, /^tcp 127\.0\.0\.1:\d+: the server cut the connection$/],
  ])("since it %s is told of", async (_, behaviour, message) => {
    const { port } = await serving(behaviour);
    const opening = open(`host=127.0.0.1 port=${port} password=hunter2 sslmode=disable connect_timeout=1`);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toMatchObject({ code: "AUDIT_FAILED" });
  });

  it.each([
    ["host=127.0.0.1 port=1", "dial tcp 127.0.0.1:1: connect: connection refused"],
    ["host=/nothing/here", "dial unix /nothing/here/.s.PGSQL.5432: connect: no such file or directory"],
  ])("since nobody is there is told of: %s", (text, message) => expect(open(text)).rejects.toThrow(message));

  it.each<[string, StandInBehaviour["onQuery"], RegExp]>([
    ["refuses the row", () => ({ error: "42P01" }), /^pq: a message for 42P01 \(42P01\)$/],
    ["cuts the connection", () => "cut", /^tcp 127\.0\.0\.1:\d+: the server cut the connection$/],
  ])("when it %s is told of", async (_, onQuery, message) => {
    const server = await serving({
      onQuery: (text, values) => (values.length > 0 ? (onQuery?.(text, values) ?? "done") : "done"),
    });
    const log = await open(`host=127.0.0.1 port=${server.port} password=hunter2 sslmode=disable`);
    await expect(log.insert(event)).rejects.toThrow(message);
  });
});
