/*
 * How long does a whole command take, next to the real sops? Files of 10, 10,000 and 100,000 values and 10 MB of bytes, encrypted and
 * decrypted by both in turn; medians, the ratio of the medians of pairs, and the largest resident size. Needs `npm run build` and
 * `sops` on PATH (or in Go's bin folder).
 *
 *   npx tsx bench/whole-process.ts [--runs 5] [--sizes 10,10000] [--command "node bin/sops-ts"]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generateX25519Identity, identityToRecipient } from "age-encryption";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    sizes: { type: "string", default: "10,10000,100000" },
    command: { type: "string", default: `${process.execPath} ${join(root, "bin/sops-ts")}` },
  },
});

interface Job {
  readonly name: string;
  readonly args: readonly string[];
}

interface Run {
  readonly seconds: number;
  /** KiB; 0 where GNU time is missing. */
  readonly peakKiB: number;
}

const folder = mkdtempSync(join(tmpdir(), "sops-ts-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const sops = findSops();
const sopsTs = options.command.split(" ");
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
writeFileSync(join(folder, "key.txt"), `${identity}\n`, { mode: 0o600 });
const environment = {
  ...process.env,
  HOME: folder,
  SOPS_AGE_KEY_FILE: join(folder, "key.txt"),
  SOPS_DISABLE_VERSION_CHECK: "1",
};

function findSops(): string {
  const candidates = [...(process.env["PATH"] ?? "").split(":"), join(homedir(), "go/bin")].map((path) =>
    join(path, "sops"),
  );
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error("sops is not on PATH: go install github.com/getsops/sops/v3/cmd/sops@v3.13.3");
  return found;
}

/** Records of five values: texts of some length, an integer, a boolean. */
function records(values: number): Record<string, Record<string, string | number | boolean>> {
  const result: Record<string, Record<string, string | number | boolean>> = {};
  for (let index = 0; index < values / 5; index++) {
    result[`service_${index}`] = {
      user: `user-${index}`,
      password: `correct horse battery staple ${index}`,
      token: "0123456789abcdef".repeat(2),
      port: index,
      enabled: index % 2 === 0,
    };
  }
  return result;
}

function yamlOf(data: ReturnType<typeof records>): string {
  const entries = Object.entries(data).map(([name, fields]) => {
    const lines = Object.entries(fields).map(([key, value]) => `    ${key}: ${value}`);
    return `${name}:\n${lines.join("\n")}\n`;
  });
  return entries.join("");
}

function jobsFor(name: string, file: string, content: string | Uint8Array): Job[] {
  const plain = join(folder, file);
  const encrypted = join(folder, `encrypted-${file}`);
  writeFileSync(plain, content);
  const out = execFileSync(sops, ["encrypt", "--age", recipient, plain], { env: environment, maxBuffer: 2 ** 30 });
  writeFileSync(encrypted, out);
  return [
    { name: `${name}, decrypt`, args: ["decrypt", encrypted] },
    { name: `${name}, encrypt`, args: ["encrypt", "--age", recipient, plain] },
  ];
}

function run(command: readonly string[], args: readonly string[]): Run {
  const timed = existsSync("/usr/bin/time") ? ["/usr/bin/time", "-f", "%M"] : [];
  const [program = "", ...rest] = [...timed, ...command, ...args];
  const start = process.hrtime.bigint();
  const result = spawnSync(program, rest, { env: environment, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (result.status !== 0)
    throw new Error(`${command.join(" ")} ${args[0]} ended with ${result.status}: ${result.stderr}`);
  return { seconds, peakKiB: timed.length === 0 ? 0 : Number(result.stderr.trim().split("\n").at(-1)) };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function compare({ name, args }: Job): Record<string, string> {
  run(sopsTs, args);
  run([sops], args);
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let index = 0; index < Number(options.runs); index++) {
    ours.push(run(sopsTs, args));
    theirs.push(run([sops], args));
  }
  const milliseconds = (runs: readonly Run[]): string =>
    `${(median(runs.map((one) => one.seconds)) * 1000).toFixed(0)} ms`;
  const peak = (runs: readonly Run[]): string =>
    `${(Math.max(...runs.map((one) => one.peakKiB)) / 1024).toFixed(0)} MiB`;
  const ratio = median(ours.map((one, index) => one.seconds / (theirs[index]?.seconds ?? 1)));
  return {
    work: name,
    "sops-ts": milliseconds(ours),
    sops: milliseconds(theirs),
    ratio: ratio.toFixed(2),
    "peak sops-ts": peak(ours),
    "peak sops": peak(theirs),
  };
}

const jobs: Job[] = [];
for (const size of options.sizes.split(",").map(Number)) {
  const data = records(size);
  jobs.push(...jobsFor(`${size} values, YAML`, `${size}.yaml`, yamlOf(data)));
  jobs.push(...jobsFor(`${size} values, JSON`, `${size}.json`, JSON.stringify(data, null, 2)));
}
const bytes = new Uint8Array(10_000_000);
for (let index = 0; index < bytes.length; index++) bytes[index] = (index * 2_654_435_761) >>> 13;
jobs.push(...jobsFor("10 MB, binary", "10mb.bin", bytes));

console.log(`${process.version} on ${process.platform} ${process.arch}; ${options.runs} pairs each, medians`);
console.table(jobs.map(compare));
