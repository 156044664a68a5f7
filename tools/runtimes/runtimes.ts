import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { startChromium } from "../../test/support/chromium.ts";
import { withTemporaryDirectory } from "../../test/support/temporary-directory.ts";
import type { Backend } from "./bundle.ts";
import { chromiumPath } from "./find.ts";
import { installRuntime } from "./install.ts";
import type { SuitesReport } from "./run-suites.ts";
import { npmRuntimes, type NpmRuntimeName } from "./versions.ts";

/** A place in which the suites run. */
export interface Runtime {
  /** The backends that the library may have there, the one that its users get first. */
  readonly backends: readonly Backend[];
  /** The module in `hosts` that runs the suites there. */
  readonly host: "program" | "page" | "worker";
  /** Makes the runtime ready, and gives the words that start it. */
  prepare(): Promise<{ readonly version: string; readonly command: readonly string[] }>;
  /** Runs a bundle of suites. */
  run(command: readonly string[], bundle: string): Promise<SuitesReport>;
}

/** A run may take this long before it counts as one that hangs. */
const patienceMs = 600_000;

/** All runtimes, by the names that `npm run runtimes` takes. */
export const runtimes: Readonly<Record<string, Runtime>> = {
  node20: program("node20"),
  node22: program("node22"),
  node24: program("node24"),
  bun: program("bun"),
  deno: program("deno", ["run", "--allow-all", "--no-check"]),
  workerd: { backends: ["portable"], host: "worker", prepare: () => prepared("workerd"), run: runInWorkerd },
  chromium: { backends: ["portable"], host: "page", prepare: prepareChromium, run: runInChromium },
};

function program(name: NpmRuntimeName, words: readonly string[] = []): Runtime {
  return {
    backends: ["node", "portable"],
    host: "program",
    prepare: () => prepared(name, words),
    run: async (command, bundle) =>
      withTemporaryDirectory(async (folder) => {
        const path = join(folder, "report.json");
        await ended([...command, bundle, path]);
        return JSON.parse(await readFile(path, "utf8")) as SuitesReport;
      }),
  };
}

async function prepared(
  name: NpmRuntimeName,
  words: readonly string[] = [],
): Promise<{ version: string; command: readonly string[] }> {
  return { version: npmRuntimes[name].version, command: [await installRuntime(name), ...words] };
}

/** Runs a program until it ends by itself; its output is shown when it fails. */
function ended([path = "", ...words]: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(path, words, { stdio: ["ignore", "pipe", "pipe"], timeout: patienceMs, killSignal: "SIGKILL" });
    let output = "";
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", fail);
    child.once("close", (status, signal) => {
      if (status === 0) done();
      else fail(new Error(`${path} ended with ${status ?? signal}\n${output.slice(-4000)}`));
    });
  });
}

/** The worker has no compatibility flag: nothing of Node is there. */
function workerdConfig(bundle: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "suites", worker = (
    modules = [(name = "suites", esModule = embed ${JSON.stringify(basename(bundle))})],
    compatibilityDate = "2026-01-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suites")],
);
`;
}

async function runInWorkerd([path = ""]: readonly string[], bundle: string): Promise<SuitesReport> {
  const config = `${bundle}.capnp`;
  await writeFile(config, workerdConfig(bundle));
  const child = spawn(path, ["serve", config, "--control-fd=3"], { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  let output = "";
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  try {
    const port = await new Promise<number>((done, fail) => {
      child.once("error", fail);
      child.once("close", () => fail(new Error(`workerd ended\n${output.slice(-4000)}`)));
      child.stdio[3]?.on("data", (line: Buffer) => {
        const event = JSON.parse(line.toString()) as { event: string; port?: number };
        if (event.event === "listen" && event.port !== undefined) done(event.port);
      });
    });
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(patienceMs) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`workerd answered ${answer.status}: ${text}\n${output.slice(-4000)}`);
    return JSON.parse(text) as SuitesReport;
  } finally {
    child.kill("SIGKILL");
  }
}

async function prepareChromium(): Promise<{ version: string; command: readonly string[] }> {
  const path = chromiumPath();
  if (path === undefined)
    throw new Error("there is no Chromium: apt-get install chromium, or set CHROMIUM to its path");
  const browser = await startChromium(path);
  const version = browser.version();
  await browser.close();
  return { version, command: [path] };
}

async function runInChromium([path]: readonly string[], bundle: string): Promise<SuitesReport> {
  // A page from a server, since one from a file has no modules; that it is this computer's makes it a secure context.
  const script = await readFile(bundle);
  const server = createServer((request, response) => {
    const isScript = request.url === "/suites.mjs";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(
      isScript ? script : '<!doctype html><meta charset="utf-8"><script type="module" src="suites.mjs"></script>',
    );
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", () => done()));
  const browser = await startChromium(path ?? "");
  try {
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { waitUntil: "load" });
    page.setDefaultTimeout(patienceMs);
    if (errors[0] !== undefined) throw errors[0];
    return await page.evaluate(() => (globalThis as unknown as { report: Promise<SuitesReport> }).report);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
