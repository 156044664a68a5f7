import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { RunningProgram } from "./programs.ts";
import { isSystemError } from "./system-error.ts";

/** A process of this machine. */
interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** When it started: a number that is used again is told by it. */
  readonly started: string;
}

const pollMs = 20;

/**
 * Ends a program and all programs that it started: a signal first, and what is left after a while is killed.
 *
 * @param graceMs - how long they have to end by themselves
 */
export async function endWithDescendants(
  program: RunningProgram,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  const doomed = descendantsOf(program.pid);
  program.sendSignal(signal);
  for (const entry of doomed) send(signal, entry);
  const deadline = Date.now() + graceMs;
  let running = true;
  void program.ended.then(() => (running = false));
  while ((running || leftOf(doomed).length > 0) && Date.now() < deadline) await sleep(pollMs);
  if (running) program.sendSignal("SIGKILL");
  for (const entry of leftOf(doomed)) send("SIGKILL", entry);
  await program.ended;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => void setTimeout(done, milliseconds));
}

function send(signal: NodeJS.Signals, { pid }: ProcessEntry): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended in between, or belongs to somebody else.
    if (!isSystemError(error) || (error.code !== "ESRCH" && error.code !== "EPERM")) throw error;
  }
}

function descendantsOf(pid: number): readonly ProcessEntry[] {
  const entries = allProcesses();
  const found: ProcessEntry[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const children = entries.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map((child) => child.pid));
  }
  return found;
}

/** Those processes that still run. */
function leftOf(doomed: readonly ProcessEntry[]): readonly ProcessEntry[] {
  if (doomed.length === 0) return [];
  const entries = allProcesses();
  return doomed.filter((one) => entries.some(({ pid, started }) => pid === one.pid && started === one.started));
}

function allProcesses(): readonly ProcessEntry[] {
  if (process.platform === "win32") return [];
  return process.platform === "linux" ? processesOfProc() : processesOfPs();
}

function processesOfProc(): readonly ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // The name of the program, in parentheses, may hold anything; a state and the parent follow.
      const fields = readIfThere(`/proc/${name}/stat`)
        .replace(/^.*\) /s, "")
        .split(" ");
      const [state, parent] = fields;
      if (parent === undefined || state === "Z") return [];
      return [{ pid: Number(name), parent: Number(parent), started: fields[19] ?? "" }];
    });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (isSystemError(error)) return "";
    throw error;
  }
}

function processesOfPs(): readonly ProcessEntry[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,lstart="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), parent: Number(match[2]), started: match[3] ?? "" }];
  });
}
