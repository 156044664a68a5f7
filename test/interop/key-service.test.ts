import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { corpusKey, corpusRecipient } from "../keys/context.ts";
import { sopsTsCommand } from "../support/built-program.ts";
import { withGpgHome } from "../support/gpg-home.ts";
import { describeWithPrograms, type Programs } from "../support/programs.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

type Command = readonly [string, ...string[]];

const plain = "a: 1\n";

/** Kinds of keys: what the server has of one, and the flags that name it. */
const kinds = { age: ageKey, pgp: pgpKey } as const;

interface ServedKey {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

describeWithPrograms(["sops", "gpg"], "the key service and real sops", (programs) => {
  const cases = [
    ["sops", "sops-ts", "tcp", "age"],
    ["sops", "sops-ts", "unix", "pgp"],
    ["sops-ts", "sops", "tcp", "pgp"],
    ["sops-ts", "sops", "unix", "age"],
  ] as const;

  it.each(cases)("%s serves and %s asks, over %s, with a key of %s", (server, client, network, kind) =>
    withTemporaryDirectory((folder) =>
      withGpgHome(async ({ path: gnupgHome, gpg }) => {
        const { flags, environment } = kinds[kind](folder, gnupgHome, gpg);
        const address = network === "unix" ? join(folder, "s.sock") : `127.0.0.1:${await freePort()}`;
        const command = commandOf(server, programs);
        const words = ["keyservice", "--network", network, "--address", address];
        const service = spawn(command[0], [...command.slice(1), ...words], {
          env: { ...baseEnvironment(folder), ...environment },
          stdio: "ignore",
        });
        const ended = new Promise<number | null>((done) => service.once("exit", done));
        try {
          await answering(address);
          const uri = `${network}://${address}`;
          const run = (...line: string[]): ReturnType<typeof spawnSync> => {
            const [program, ...start] = commandOf(client, programs);
            const options = ["--enable-local-keyservice=false", "--keyservice", uri];
            return spawnSync(program, [...start, ...line, ...options, join(folder, "f.yaml")], {
              env: baseEnvironment(folder),
              encoding: "utf8",
            });
          };
          writeFileSync(join(folder, "f.yaml"), plain);
          expect(run("encrypt", "-i", ...flags)).toMatchObject({ status: 0 });
          expect(readFileSync(join(folder, "f.yaml"), "utf8")).toContain("ENC[");
          expect(run("decrypt")).toMatchObject({ status: 0, stdout: plain });
          expect(run("rotate", "-i")).toMatchObject({ status: 0 });
          expect(run("decrypt")).toMatchObject({ status: 0, stdout: plain });
        } finally {
          service.kill("SIGTERM");
          // Real sops answers the end of its own listener now and then.
          expect(await ended).toSatisfy((status) => status === 0 || server === "sops");
        }
      }),
    ),
  );

  it("sops-ts asks a person about each request of sops", () =>
    withTemporaryDirectory(async (folder) => {
      const { flags, environment } = ageKey(folder);
      const address = `127.0.0.1:${await freePort()}`;
      const [program, ...start] = sopsTsCommand();
      const service = spawn(program, [...start, "keyservice", "--prompt", "--addr", address], {
        env: { ...baseEnvironment(folder), ...environment },
        stdio: ["pipe", "pipe", "ignore"],
      });
      const ended = new Promise<number | null>((done) => service.once("exit", done));
      let questions = "";
      service.stdout.on("data", (text: Buffer) => (questions += text.toString()));
      service.stdin.write("n\ny\n");
      await answering(address);
      const encrypt = (): ReturnType<typeof spawnSync> =>
        spawnSync(
          programs.sops,
          [
            ...["encrypt", ...flags, "--enable-local-keyservice=false", "--keyservice", `tcp://${address}`],
            join(folder, "f.yaml"),
          ],
          { env: baseEnvironment(folder), encoding: "utf8" },
        );
      writeFileSync(join(folder, "f.yaml"), plain);
      expect(encrypt()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("code = PermissionDenied desc = Request rejected by user") as string,
      });
      expect(encrypt()).toMatchObject({ status: 0 });
      service.kill("SIGINT");
      expect(await ended).toBe(0);
      const question = `\nReceived encrypt request using age key with recipient ${corpusRecipient("alice")}. Respond to request? (y/n): `;
      expect(questions).toBe(question + question);
    }));
});

describeWithPrograms(["sops", "gpg"], "a key service of sops, and one that fails:", (programs) => {
  it("sops asks a person about each request of sops-ts", () =>
    withTemporaryDirectory((folder) =>
      withGpgHome(async ({ path: gnupgHome, gpg }) => {
        const { flags, environment } = pgpKey(folder, gnupgHome, gpg);
        const address = `127.0.0.1:${await freePort()}`;
        const service = spawn(programs.sops, ["keyservice", "--prompt", "--addr", address], {
          env: { ...baseEnvironment(folder), ...environment },
          stdio: ["pipe", "ignore", "ignore"],
        });
        const ended = new Promise((done) => service.once("exit", done));
        try {
          service.stdin.write("n\ny\n");
          await answering(address);
          writeFileSync(join(folder, "f.yaml"), plain);
          const [program, ...start] = sopsTsCommand();
          const options = ["--enable-local-keyservice=false", "--keyservice", `tcp://${address}`];
          const encrypt = (): ReturnType<typeof spawnSync> =>
            spawnSync(program, [...start, "encrypt", ...flags, ...options, join(folder, "f.yaml")], {
              env: baseEnvironment(folder),
              encoding: "utf8",
            });
          expect(encrypt()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("code = PermissionDenied desc = Request rejected by user") as string,
          });
          expect(encrypt()).toMatchObject({ status: 0 });
        } finally {
          service.kill("SIGKILL");
          await ended;
        }
      }),
    ));

  it.each<[string, (folder: string) => readonly string[], RegExp]>([
    [
      "nobody listens at the port",
      () => ["--keyservice", "tcp://127.0.0.1:1"],
      /dial tcp 127\.0\.0\.1:1: connect: connection refused/,
    ],
    [
      "there is no socket",
      (folder) => ["--keyservice", `unix://${folder}/none.sock`],
      /dial unix \S+none\.sock: connect: no such file or directory/,
    ],
    ["none is named", () => [], /^/],
  ])("when %s both programs fail alike", (_, flags, words) =>
    withTemporaryDirectory(async (folder) => {
      const { flags: keys, environment } = ageKey(folder);
      const file = join(folder, "f.yaml");
      writeFileSync(file, plain);
      const run = (name: "sops" | "sops-ts", ...line: string[]): { status: number | null; text: string } => {
        const [program, ...start] = commandOf(name, programs);
        const env = { ...baseEnvironment(folder), ...environment };
        const { status, stdout, stderr } = spawnSync(program, [...start, ...line, file], { env, encoding: "utf8" });
        // The report breaks lines where they get too long.
        return { status, text: `${stdout}${stderr}`.replaceAll(/\s+(?:\|\s+)?/g, " ") };
      };
      const failing = ["--enable-local-keyservice=false", ...flags(folder)];
      expect(run("sops", "encrypt", "-i", ...keys).status).toBe(0);
      const before = readFileSync(file, "utf8");
      for (const line of [["decrypt"], ["rotate", "-i"]]) {
        const [theirs, ours] = [run("sops", ...line, ...failing), run("sops-ts", ...line, ...failing)];
        expect(ours.status, ours.text).toBe(theirs.status);
        expect(ours.status).toBe(128);
        expect(ours.text).toMatch(words);
        expect(theirs.text).toMatch(words);
        expect(readFileSync(file, "utf8")).toBe(before);
      }
    }),
  );
});

function commandOf(name: "sops" | "sops-ts", { sops }: Programs<"sops" | "gpg">): Command {
  return name === "sops" ? [sops] : sopsTsCommand();
}

/** Without any key: those are the server's. */
function baseEnvironment(folder: string): Record<string, string> {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  return { PATH: process.env["PATH"] ?? "", HOME: home, GNUPGHOME: home };
}

function ageKey(folder: string): ServedKey {
  const file = join(folder, "keys.txt");
  writeFileSync(file, corpusKey("alice.txt"), { mode: 0o600 });
  return { flags: ["--age", corpusRecipient("alice")], environment: { SOPS_AGE_KEY_FILE: file } };
}

function pgpKey(_: string, gnupgHome: string, gpg: (words: readonly string[]) => Buffer): ServedKey {
  gpg(["--batch", "--passphrase", "", "--quick-generate-key", "key@sops.test", "default", "default", "never"]);
  const listing = gpg(["--with-colons", "--list-keys"]).toString();
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? "";
  return { flags: ["--pgp", fingerprint], environment: { GNUPGHOME: gnupgHome } };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Waits until somebody listens. */
async function answering(address: string): Promise<void> {
  const port = /^127\.0\.0\.1:(\d+)$/.exec(address)?.[1];
  const isUp = (): Promise<boolean> =>
    new Promise((done) => {
      const socket = port === undefined ? connect(address) : connect(Number(port), "127.0.0.1");
      socket.once("connect", () => done(true)).once("error", () => done(false));
      socket.once("connect", () => socket.destroy());
    });
  await expect.poll(isUp, { timeout: 15_000, interval: 100 }).toBe(true);
}
