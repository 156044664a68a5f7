import { spawn, type ChildProcess } from "node:child_process";

/** How long a signal to all programs of a terminal needs at most to reach the witness, in milliseconds. */
const patienceMs = 200;

/**
 * Tells whether a signal went to this process alone or to all programs that run beside it. Ctrl+C at a terminal goes to all of them:
 * passing it on to a child would give it to the child twice, which many programs take for an order to drop everything.
 * Nothing says where a signal comes from, but a small program that does nothing and takes every signal to heart is there to see.
 */
export class SignalWitness {
  #witness: ChildProcess | undefined;
  #gone: Promise<void> = Promise.resolve();

  constructor() {
    this.#start();
  }

  /** Whether the signal that this process just got went to all programs beside it too. */
  async sawSignal(): Promise<boolean> {
    // Windows tells every program of a console by itself.
    if (this.#witness === undefined) return process.platform === "win32";
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((done) => {
      timer = setTimeout(() => done(false), patienceMs);
    });
    const witness = this.#witness;
    const saw = await Promise.race([this.#gone.then(() => true), late]);
    clearTimeout(timer);
    if (saw && witness === this.#witness) this.#start();
    return saw;
  }

  /** Lets the witness go. */
  dismiss(): void {
    this.#witness?.kill("SIGKILL");
    this.#witness = undefined;
  }

  #start(): void {
    if (process.platform === "win32") return;
    // It ends with this process, whose end closes its input.
    const witness = spawn("/bin/sh", ["-c", "ulimit -c 0; read _", "sops-ts-signal-witness"], {
      stdio: ["pipe", "ignore", "ignore"],
      env: {},
    });
    this.#gone = new Promise((done) => {
      witness.once("exit", (_, signal) => {
        if (signal !== null) done();
      });
    });
    witness.once("error", () => this.dismiss());
    witness.unref();
    this.#witness = witness;
  }
}
