import type { Random } from "../random.ts";
import { commentText, damaged, type Oddness, oddText, word } from "./text.ts";

/** A dotenv file: keys, values, comments and blank lines in every form; now and then broken. */
export function dotenvDocument(random: Random): string {
  const oddness = random.weighted<Oddness>([
    [3, 0],
    [5, 1],
    [3, 2],
  ]);
  const lines = random.list(0, 8, () => line(random, oddness));
  const text = lines.join(random.chance(0.15) ? "\r\n" : "\n") + random.pick(["\n", "\n", "\n", "", "\n\n", "\r\n"]);
  const marked = random.chance(0.02) ? `\ufeff${text}` : text;
  return random.chance(0.1) ? damaged(random, marked) : marked;
}

function line(random: Random, oddness: Oddness): string {
  return random.weighted<() => string>([
    [8, () => `${key(random, oddness)}=${value(random, oddness)}`],
    [3, () => `#${commentText(random, oddness)}`],
    [0.5, () => ` #${commentText(random, oddness)}=`],
    [1, () => ""],
    [0.3, () => random.pick([" ", "\t", "  =", "="])],
    [oddness === 2 ? 0.05 : 0.02, () => word(random)],
    [0.02, () => `sops_${word(random)}=1`],
    [0.05, () => `sops-${word(random)}=1`],
  ])();
}

function key(random: Random, oddness: Oddness): string {
  return random.weighted<() => string>([
    [6, () => word(random).toUpperCase().replaceAll(" ", "_")],
    [1, () => word(random)],
    [1, () => `export ${word(random)}`],
    [1, () => oddText(random, oddness).replaceAll(/[=\n\r]/g, "")],
    [0.5, () => ` ${word(random)} `],
    [0.5, () => random.pick(["A", "A", "B"])],
    [0.2, () => ""],
  ])();
}

function value(random: Random, oddness: Oddness): string {
  return random.weighted<() => string>([
    [4, () => word(random)],
    [1, () => ""],
    [1, () => `"${oddText(random, oddness)}"`],
    [1, () => `'${oddText(random, oddness)}'`],
    [1, () => random.pick(["1", "true", "null", "1.5", "2001-01-01", "0x1F", "<nil>"])],
    [2, () => `${oddText(random, oddness)}\\n${oddText(random, oddness)}`],
    [0.5, () => `${word(random)}\\\\n${"\\".repeat(random.between(1, 4))}`],
    [0.5, () => `${word(random)} # ${word(random)}`],
    [3, () => oddText(random, oddness, 30)],
    [0.2, () => "x".repeat(random.between(60, 3000))],
  ])();
}
