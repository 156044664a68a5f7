import { chmodSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { platform } from "../../src/platform/node.ts";
import { type Connection, PlatformError } from "../../src/platform/platform.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

afterEach(() => vi.unstubAllEnvs());

const node = process.execPath;

async function readAll(connection: Connection): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (let next = await connection.read(); next !== undefined; next = await connection.read()) chunks.push(next);
  return Buffer.concat(chunks).toString();
}

describe("a program that was started", () => {
  it("is talked with in both directions", async () => {
    const script = "process.stdin.on('data', (text) => process.stdout.write(`<${text}>`))";
    const connection = await platform.start([node, "-e", script]);
    for (const text of ["one", "two"]) {
      await connection.write(Buffer.from(text));
      expect(Buffer.from((await connection.read()) ?? []).toString()).toBe(`<${text}>`);
    }
    await connection.close();
  });

  it("runs in the folder for temporary files, its errors unseen", async () => {
    const connection = await platform.start([node, "-e", "console.error('unseen'); console.log(process.cwd())"]);
    expect(await readAll(connection)).toBe(`${realpathSync(tmpdir())}\n`);
    await connection.close();
  });

  it("has ended when the connection is closed, even one that will not", async () => {
    const script = "process.on('SIGINT', () => {}); console.log(process.pid); setInterval(() => {}, 1000)";
    const connection = await platform.start([node, "-e", script]);
    const pid = Number(Buffer.from((await connection.read()) ?? []).toString());
    await connection.close();
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("cannot be written to once it has ended", async () => {
    const connection = await platform.start([node, "-e", "process.stdin.destroy()"]);
    await readAll(connection);
    const writing = (async () => {
      for (;;) await connection.write(new Uint8Array(100_000));
    })();
    await expect(writing).rejects.toThrow(new PlatformError("the other side is gone"));
    await connection.close();
  });

  it("says that a program is missing", async () => {
    const error = await platform.start(["sops-ts-no-such-program"]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: 'exec: "sops-ts-no-such-program": executable file not found in $PATH',
      notFound: true,
    });
    await expect(platform.start(["/nowhere/program"])).rejects.toMatchObject({ notFound: true });
    await expect(platform.start([])).rejects.toThrow(TypeError);
  });

  it.runIf(process.platform !== "win32")("is not looked for in relative folders of PATH", () =>
    withTemporaryDirectory(async (folder) => {
      const [name, path] = ["sops-ts-test-program", join(folder, "bin")];
      mkdirSync(path);
      writeFileSync(join(path, name), "#!/bin/sh\necho ran\n");
      chmodSync(join(path, name), 0o755);
      vi.stubEnv("TMPDIR", folder);
      vi.stubEnv("PATH", "bin:.:");
      await expect(platform.start([name])).rejects.toThrow("executable file not found in $PATH");
      vi.stubEnv("PATH", path);
      const connection = await platform.start([name]);
      expect(await readAll(connection)).toBe("ran\n");
      await connection.close();
    }),
  );
});

describe.runIf(process.platform !== "win32")("a Unix socket", () => {
  const withServer = (onConnection: (socket: Socket) => void, use: (path: string) => Promise<void>): Promise<void> =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "socket");
      const server = createServer(onConnection);
      await new Promise<void>((done) => server.listen(path, done));
      await use(path).finally(() => server.close());
    });

  it("is talked with in both directions", () =>
    withServer(
      (socket) => socket.on("data", (text) => socket.end(`<${text.toString()}>`)),
      async (path) => {
        const connection = await platform.connect(path);
        await connection.write(Buffer.from("one"));
        expect(await readAll(connection)).toBe("<one>");
        await connection.close();
      },
    ));

  it("says that nobody listens", async () => {
    await expect(platform.connect("/nowhere/socket")).rejects.toThrow("dial unix /nowhere/socket: ");
  });
});
