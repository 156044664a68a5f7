import { SignalWitness } from "./signal-witness.ts";

/** Signals that end a program which does not mind them. */
export const endingSignals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** What a signal meets. */
export type SignalListener = (signal: NodeJS.Signals, reachedAll: boolean) => void;

/**
 * Keeps signals from ending this process until it is closed, and tells of them instead, and whether all programs that run beside this
 * one got them too.
 */
export class SignalWatch {
  readonly #signals: readonly NodeJS.Signals[];
  readonly #listener: SignalListener;
  readonly #witness = new SignalWitness();
  #closed = false;

  constructor(signals: readonly NodeJS.Signals[], listener: SignalListener) {
    this.#signals = signals;
    this.#listener = listener;
    for (const signal of signals) process.on(signal, this.#handle);
  }

  close(): void {
    this.#closed = true;
    for (const signal of this.#signals) process.off(signal, this.#handle);
    this.#witness.dismiss();
  }

  readonly #handle = async (signal: NodeJS.Signals): Promise<void> => {
    const reachedAll = await this.#witness.sawSignal();
    if (!this.#closed) this.#listener(signal, reachedAll);
  };
}
