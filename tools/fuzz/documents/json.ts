import type { Random } from "../random.ts";
import { damaged, type Oddness, oddText, split, word } from "./text.ts";

const numbers = split(`
  0 -0 1 -1 42 9007199254740993 9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809
  18446744073709551615 123456789012345678901234567890 0.0 -0.0 1.0 1.5 -1.5e+10 1e3 1E3 1e-7 1E-7 1e-6 0.000001 1e20 1e21 1e22
  123456.5 1234567.5 0.1 0.30000000000000004 1.7976931348623157e308 5e-324 1e-400 100e-2`);

const badNumbers = split("01 +1 .5 1. 1e 0x10 1e400 - 1_000 NaN Infinity --1");

const escapes = split(String.raw`\" \\ \/ \b \f \n \r \t \u0000 \u001f \u00e9 \u2028`);
const oddEscapes = split(String.raw`\ud83c\udf89 \ud800 \udc00x \ud800\u0041 \uFEFF \uD83C\uDF89 \u003c`);
const badEscapes = [...split(String.raw`\x41 \u12 \' \U0001f600`), "\\", "\n", "\t"];

/** A JSON file: objects and lists of every scalar, in every layout; now and then broken. */
export function jsonDocument(random: Random): string {
  const oddness = random.weighted<Oddness>([
    [3, 0],
    [5, 1],
    [2, 2],
  ]);
  const spaces = random.chance(0.5);
  const top = random.chance(0.97) ? object(random, oddness, 0, spaces) : value(random, oddness, 0, spaces);
  let text = random.weighted<() => string>([
    [8, () => `${top}\n`],
    [2, () => top],
    [1, () => ` \n\t${top}\r\n `],
    [0.3, () => `${top} ${word(random)}`],
    [0.3, () => `${top}{"second": 1}`],
    [0.2, () => `\ufeff${top}`],
  ])();
  if (random.chance(0.15)) text = text.replaceAll("\n", "\r\n");
  return random.chance(0.12) ? damaged(random, text) : text;
}

function value(random: Random, oddness: Oddness, depth: number, spaces: boolean): string {
  const leaf = depth >= 4 ? 0 : 1;
  return random.weighted<() => string>([
    [6, () => string(random, oddness)],
    [4, () => number(random, oddness)],
    [2, () => random.pick(["true", "false", "null", "null"])],
    [2 * leaf, () => object(random, oddness, depth + 1, spaces)],
    [2 * leaf, () => list(random, oddness, depth + 1, spaces)],
    [0.02 * leaf, () => deepList(random)],
    [oddness === 2 ? 0.05 : 0, () => random.pick(["True", "undefined", "'x'", "nul", "", "//c"])],
  ])();
}

function object(random: Random, oddness: Oddness, depth: number, spaces: boolean): string {
  const gap = (): string => blank(random, spaces);
  const entries = random.list(
    0,
    5,
    () => `${gap()}${key(random, oddness)}${gap()}:${gap()}${value(random, oddness, depth, spaces)}${gap()}`,
  );
  return `{${entries.length === 0 ? gap() : entries.join(",")}}`;
}

function list(random: Random, oddness: Oddness, depth: number, spaces: boolean): string {
  const gap = (): string => blank(random, spaces);
  const entries = random.list(0, 5, () => `${gap()}${value(random, oddness, depth, spaces)}${gap()}`);
  return `[${entries.length === 0 ? gap() : entries.join(",")}]`;
}

function deepList(random: Random): string {
  const depth = random.between(20, 200);
  return "[".repeat(depth) + number(random, 0) + "]".repeat(depth);
}

function key(random: Random, oddness: Oddness): string {
  if (random.chance(0.02)) return '"sops_version"';
  if (random.chance(0.003)) return '"sops"';
  return random.chance(0.7) ? JSON.stringify(word(random)) : string(random, oddness);
}

function number(random: Random, oddness: Oddness): string {
  if (oddness === 2 && random.chance(0.02)) return random.pick(badNumbers);
  return random.weighted<() => string>([
    [4, () => random.pick(numbers)],
    [2, () => String(random.between(-1000, 100_000))],
    [2, () => String((random.next() - 0.5) * 10 ** random.between(-8, 24))],
    [1, () => `${random.between(0, 9)}.${random.between(0, 999_999)}e${random.between(-30, 30)}`],
  ])();
}

function string(random: Random, oddness: Oddness): string {
  const parts = random.list(1, 3, () =>
    random.weighted<() => string>([
      [5, () => JSON.stringify(oddText(random, oddness)).slice(1, -1)],
      [oddness + 1, () => random.pick(escapes)],
      [oddness, () => random.pick(oddEscapes)],
      [oddness === 2 ? 0.05 : 0, () => random.pick(badEscapes)],
      [oddness, () => rawText(random, oddness)],
    ])(),
  );
  return random.chance(0.05) ? '""' : `"${parts.join("")}"`;
}

/** Text with nothing escaped but what must be. */
function rawText(random: Random, oddness: Oddness): string {
  return oddText(random, oddness)
    .replaceAll(/["\\]/g, "\\$&")
    .replaceAll(/[\u0000-\u001f]/g, "");
}

function blank(random: Random, spaces: boolean): string {
  return spaces && random.chance(0.4) ? random.pick([" ", "  ", "\n", "\n    ", "\t", "\r\n", " \n\n "]) : "";
}
