/** Signals that end a program unless it listens to them. */
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/**
 * Runs a synchronous step to its end, whatever signal comes meanwhile: one that would have ended the program does so
 * afterwards, so that the step can clean up behind itself.
 */
export async function uninterrupted(step: () => void): Promise<void> {
  // Left in place: were it taken away again, a signal that is on its way would be lost.
  for (const signal of endingSignals) {
    if (!process.listeners(signal).includes(end)) process.on(signal, end);
  }
  try {
    step();
  } finally {
    // The event loop tells of signals in its next turn.
    await new Promise((done) => void setImmediate(done));
  }
}

/** What the program would have done without listening, unless someone else listens. */
function end(signal: NodeJS.Signals): void {
  process.off(signal, end);
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
