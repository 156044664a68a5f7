/*
 * Checks of the corpus that need a feature which is not there yet. They run all the same: one that begins to pass must leave
 * this list.
 */
const pendingByReason: Readonly<Record<string, readonly string[]>> = {};

/** The reason for each pending check, by its title. */
export const pendingChecks: ReadonlyMap<string, string> = new Map(
  Object.entries(pendingByReason).flatMap(([reason, titles]) => titles.map((title) => [title, reason] as const)),
);
