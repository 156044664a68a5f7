import { describe, expect, it } from "vitest";
import { type PostgresSettings, readSettings } from "../../../src/cli/audit/postgres-settings.ts";
import { memoryPlatform, type MemoryPlatformOptions } from "../../support/memory-platform.ts";

function settings(text: string, world: MemoryPlatformOptions = {}): Promise<PostgresSettings> {
  return readSettings(text, memoryPlatform({ ...world, env: { USER: "me", ...world.env } }));
}

describe("the settings of a database", () => {
  it("have lib/pq's defaults", async () => {
    expect(await settings("")).toEqual({
      servers: [{ host: "localhost", hostAddress: undefined, port: 5432 }],
      user: "me",
      password: "",
      passwordFile: "",
      database: "",
      options: "",
      applicationName: "",
      sslMode: "require",
      directTls: false,
      tlsFiles: { cert: "", key: "", rootCert: "", inline: false },
      tlsMinimum: undefined,
      tlsMaximum: undefined,
      connectTimeoutMs: 30_000,
      sessionKind: "any",
    });
  });

  it.each<[string, Partial<PostgresSettings>]>([
    ["dbname=a database=b", { database: "b" }],
    ["user=''", { user: "" }],
    [
      "sslmode=verify-ca sslrootcert=/r",
      { sslMode: "verify-ca", tlsFiles: { cert: "", key: "", rootCert: "/r", inline: false } },
    ],
    ["sslrootcert=system", { sslMode: "verify-full" }],
    ["connect_timeout=5", { connectTimeoutMs: 5000 }],
    ["connect_timeout=-1", { connectTimeoutMs: 30_000 }],
    ["fallback_application_name=f", { applicationName: "f" }],
    ["fallback_application_name=f application_name=a", { applicationName: "a" }],
    ["options='-c a=b' search_path='x, y' tz=UTC", { options: String.raw`-c a=b -c search_path=x,\ y` }],
    ["client_encoding=utf-8 datestyle='ISO, MDY' sslsni=no binary_parameters=yes", { options: "" }],
    ["ssl_min_protocol_version=TLSv1.2 sslnegotiation=direct", { tlsMinimum: "TLSv1.2", directTls: true }],
    ["target_session_attrs=read-write load_balance_hosts=random", { sessionKind: "read-write" }],
  ])("are read from %j", async (text, expected) => {
    expect(await settings(text)).toMatchObject(expected);
  });

  it.each([
    ["host=a,,b", [["a"], ["localhost"], ["b"]], 5432],
    ["host=a,b port=1", [["a"], ["b"]], 1],
    [
      "hostaddr=10.0.0.1,::1",
      [
        ["10.0.0.1", "10.0.0.1"],
        ["::1", "::1"],
      ],
      5432,
    ],
    ["host=a,b hostaddr=10.0.0.1,", [["a", "10.0.0.1"], ["b"]], 5432],
    ["host=[::1]", [["::1"]], 5432],
    ["host=/run/pg", [["/run/pg"]], 5432],
  ])("have the servers of %j", async (text, servers, port) => {
    const expected = servers.map(([host, hostAddress]) => ({ host, hostAddress, port }));
    expect((await settings(text)).servers).toEqual(expected);
  });

  it("gives each host its port", async () => {
    const { servers } = await settings("host=a,b port=1,");
    expect(servers.map(({ port }) => port)).toEqual([1, 5432]);
  });

  it("come from the environment where the string says nothing", async () => {
    const env = {
      PGHOST: "h",
      PGPORT: "7",
      PGUSER: "u",
      PGPASSWORD: "p",
      PGDATABASE: "d",
      PGSSLMODE: "disable",
      PGAPPNAME: "a",
      PGCONNECT_TIMEOUT: "3",
      PGOPTIONS: "-c x=y",
      PGPASSFILE: "/pass",
      SSLPGMAXPROTOCOLVERSION: "TLSv1.3",
    };
    expect(await settings("user=me", { env })).toMatchObject({
      servers: [{ host: "h", port: 7 }],
      user: "me",
      password: "p",
      passwordFile: "/pass",
      database: "d",
      sslMode: "disable",
      applicationName: "a",
      connectTimeoutMs: 3000,
      options: "-c x=y",
      tlsMaximum: "TLSv1.3",
    });
    expect((await settings("", { env: { USER: "someone" } })).user).toBe("someone");
  });

  it("come before all from a service file", async () => {
    const files = {
      "/home/.pg_service.conf": "[other]\nuser=o\n[ log ] \n# here\nhost = db \n\nport=9\n[last]\nhost=x",
      "/own.conf": "[log]\nhost=own",
    };
    const world = { files, homeDirectory: "/home" };
    expect(await settings("host=h service=log", world)).toMatchObject({ servers: [{ host: "db", port: 9 }] });
    const env = { PGSERVICE: "log", PGSERVICEFILE: "/own.conf" };
    expect(await settings("", { files, env })).toMatchObject({ servers: [{ host: "own" }] });
    await expect(settings("service=none", world)).rejects.toThrow('pq: definition of service "none" not found');
    await expect(settings("service=log")).rejects.toThrow("not found");
    const odd = { files: { "/home/.pg_service.conf": "[a]\nb=c\n[d]\nhunter2" }, homeDirectory: "/home" };
    await expect(settings("service=a", odd)).rejects.toThrow("pq: unknown setting in service file for service: b");
    await expect(settings("service=d", odd)).rejects.toThrow("pq: line 4 of the service file is no setting");
  });

  it("look for certificates in the home directory", async () => {
    expect((await settings("", { homeDirectory: "/home" })).tlsFiles).toEqual({
      cert: "/home/.postgresql/postgresql.crt",
      key: "/home/.postgresql/postgresql.key",
      rootCert: "/home/.postgresql/root.crt",
      inline: false,
    });
    expect((await settings("sslinline=true", { homeDirectory: "/home" })).tlsFiles.cert).toBe("");
    const windows = { os: "win32", env: { APPDATA: "/data" } };
    expect((await settings("", windows)).tlsFiles.cert).toBe("/data/postgresql/postgresql.crt");
  });

  it.each([
    ["sslmode=hunter2", 'wrong value for "sslmode": supported values are disable, allow, prefer, require'],
    ["sslmode=''", 'wrong value for "sslmode"'],
    ["port=hunter2", 'wrong value for "port"'],
    ["port=65536", 'wrong value for "port"'],
    ["connect_timeout=hunter2", 'wrong value for "connect_timeout"'],
    ["sslsni=hunter2", 'wrong value for "sslsni"'],
    ["hostaddr=hunter2", 'wrong value for "hostaddr"'],
    ["host=@hunter2", "sockets without a file"],
    ["host=a,b hostaddr=10.0.0.1", "could not match 2 host names to 1 hostaddr values"],
    ["host=a,b port=1,2,3", "could not match 3 port numbers to 2 hosts"],
    ["client_encoding=hunter2", 'wrong value for "client_encoding"'],
    ["datestyle=hunter2", 'wrong value for "datestyle"'],
    ["min_protocol_version=3.2", 'wrong value for "min_protocol_version"'],
    ["sslrootcert=system sslmode=require", 'weak sslmode "require" may not be used with sslrootcert=system'],
    ["sslmode=prefer sslnegotiation=direct", 'weak sslmode "prefer" may not be used with sslnegotiation=direct'],
  ])("are refused, without their value: %j", async (text, message) => {
    await expect(settings(text)).rejects.toThrow(message);
    await expect(settings(text)).rejects.not.toThrow(/hunter2/);
  });

  it("are refused with variables that would change what is checked", async () => {
    await expect(settings("", { env: { PGREQUIRESSL: "1" } })).rejects.toThrow("$PGREQUIRESSL is not supported");
    await expect(settings("", { env: { PGSSLMODE: "x" } })).rejects.toThrow("wrong value for $PGSSLMODE");
  });
});
