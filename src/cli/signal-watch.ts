import { SignalWitness } from "./signal-witness.ts";

/** Signals that end a program which does not mind them. */
export const endingSignals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * What a signal meets.
 *
 * @param reachedAll - finds out, which takes a moment, whether all programs that run beside this one got the signal too
 */
export type SignalListener = (signal: NodeJS.Signals, reachedAll: () => Promise<boolean>) => void;

/** Keeps signals from ending this process until it is closed, and tells of them instead. */
export class SignalWatch {
  readonly #signals: readonly NodeJS.Signals[];
  readonly #witness = new SignalWitness();
  readonly #handle: (signal: NodeJS.Signals) => void;

  constructor(signals: readonly NodeJS.Signals[], listener: SignalListener) {
    this.#signals = signals;
    this.#handle = (signal) => listener(signal, () => this.#witness.sawSignal());
    for (const signal of signals) process.on(signal, this.#handle);
  }

  close(): void {
    for (const signal of this.#signals) process.off(signal, this.#handle);
    this.#witness.dismiss();
  }
}
