/** Times of one call, in microseconds. */
export interface Cost {
  readonly median: number;
  readonly least: number;
}

/** What one call of an action costs when it is warm, from several runs of some milliseconds. */
export function cost(action: () => unknown, runs: number): Cost {
  const calls = callsIn(5);
  const times = Array.from({ length: runs }, () => timeOf(calls) / calls).sort((a, b) => a - b);
  return { median: times[runs >> 1] ?? Number.NaN, least: times[0] ?? Number.NaN };

  /** Microseconds for so many calls. */
  function timeOf(count: number): number {
    const start = performance.now();
    for (let call = 0; call < count; call++) action();
    return (performance.now() - start) * 1000;
  }

  /** How many calls take about so many milliseconds; finding out warms them up. */
  function callsIn(milliseconds: number): number {
    let count = 1;
    while (timeOf(count) < milliseconds * 1000) count *= 2;
    return count;
  }
}
