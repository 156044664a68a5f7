import type { Random } from "../random.ts";
import { type Oddness, oddText, split, word } from "./text.ts";

const integers = split(`
  0 -0 +0 1 -42 +7 007 017 08 019 0o17 0o8 0O17 -0o7 0xFF 0xff 0X1f -0x10 0x 0xg 0b101 0b2 -0b1 0B1 1_000 1__0 _1 1_ 0x_1 0_7
  9007199254740993 9223372036854775807 -9223372036854775808 1,000`);

const hugeIntegers = split(`
  9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616 0xFFFFFFFFFFFFFFFF 0x8000000000000000
  -0x8000000000000000 0o1777777777777777777777 123456789012345678901234567890 0b${"1".repeat(64)}`);

const floats = split(`
  1.0 1. .5 -.5 +.5 1.5 -1.50 1e3 1E3 1e+3 1.5e-7 1e e1 1e400 5e-324 -0.0 0.1 1_0.5 1.2.3 . .. 1.e3 .e3 0.0001 0.00001 123456.5
  1234567.5 1e6 1e5 1e20 1e21 1e22 1.7976931348623157e308 3.141592653589793 0.30000000000000004 0x1p3 0x1.8p1 1e-400
  .inf .Inf .INF -.inf +.inf .iNF .nan .NaN .NAN -.nan inf nan Infinity NaN
  190:20:30 12:30 12:30:45 1:1 12:30.5 -12:30 60:60 685.230_15e+03 1_000.5 1e1_0 +1.5E+3`);

const times = [
  ...split(`
  2001-01-01 2001-1-1 2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z 2001-12-15T02:59:43.1Z 2020-02-29T12:00:00+05:30
  2001-02-30 2001-13-01 0001-01-01 9999-12-31T23:59:59.999999999Z 2001-12-14T21:59 20010101 2001-01 2001/01/01
  2001-01-01T00:00:00-00:00 02001-01-01 2001-12-14t21:59:43+0500 1985-4-12t1:2:3z 2001-12-14T24:00:00Z 2001-12-14T23:59:60Z`),
  ...["2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43", "2001-12-15 2:59:43.10", "2001-12-14 21:59:43.123456789123"],
  ...["2001-12-14 21:59:43 +1", "2001-12-14 21:59:43 Z", "2001-1-1 1:1:1", "2001-12-14 21:59:60"],
];

const bools = split("true True TRUE tRUE false False FALSE yes Yes no NO on Off y Y n N");
const nulls = [...split("null Null NULL nULL ~ none nil"), ""];

const plainStrings = [
  ...split(
    "a:b a#b -a ?a :a -- --- ... .... = << http://x/y?z=1#f C:\\x it's a]b a}b x{y x[y a&b a*b a!b a|b a>b a%b a@b a`b",
  ),
  ...split("é 東京 🎉 a\u00a0b a\u0085b a\u2028b -1a + - / \\ \\n $ (x) a/b a\\b +a .a a. _ $A"),
  ...["a b", "--- a", 'say "x"', "a, b", "0 x", "a\tb", "a \t b", "a  b", "1 000"],
];

const riskyPlain = [
  ...split("@a `a` %a *a &a !a | > {a [b ] } ,a \" ' - ? : a: a\u0001b a\u007fb a\ufeffb \ufeffa a\u0000b"),
  ...[", a", "a: b", "a #b", "- a", "? a", ": a", "# a", "!!int x", "- - a", "a : b"],
];

const escapes = [
  ...split(
    String.raw`\0 \a \b \t \n \v \f \r \e \" \/ \\ \N \_ \L \P \x41 \xe9 \x00 \x7F \x85 \u00e9 \u2028 \ufeff \uFFFE`,
  ),
  ...split(String.raw`\U0001F600 \U00000041 \u0000 \xA0 \uE000`),
  ...["\\ ", "\\\t"],
];
const badEscapes = split(String.raw`\q \' \x4 \u12 \U0011FFFF \ud800 \8 \, \uDFFF \U00110000`);

/** A scalar without quotes, on one line. */
export function plainScalar(random: Random, oddness: Oddness): string {
  return random.weighted<() => string>([
    [4, () => word(random)],
    [2, () => random.pick(integers)],
    [0.04, () => random.pick(hugeIntegers)],
    [2, () => random.pick(floats)],
    [1, () => random.pick(times)],
    [1.5, () => random.pick(bools)],
    [1, () => random.pick(nulls)],
    [1, () => randomNumber(random)],
    [1 + oddness, () => random.pick(plainStrings)],
    [oddness * 0.4, () => plainText(random, oddness)],
    [oddness === 2 ? 0.15 : 0, () => random.pick(riskyPlain)],
  ])();
}

/** Odd text that seldom begins like something else than a plain scalar. */
function plainText(random: Random, oddness: Oddness): string {
  const text = rawText(random, oddness).replace(/^[\s#]+/, "");
  return random.chance(0.1) ? text : text.replace(/^[@`%&*!|>'"{}[\],?:-]+/, "").replaceAll(/: | #/g, " ");
}

/** Odd text on one line, seldom with characters that no YAML file may hold. */
function rawText(random: Random, oddness: Oddness): string {
  const text = oddText(random, oddness).replaceAll(/[\r\n]/g, "");
  return random.chance(0.05)
    ? text
    : text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u0084\u0086-\u009f\ufffe]/g, "");
}

function randomNumber(random: Random): string {
  return random.weighted<() => string>([
    [2, () => String(random.between(-100_000, 100_000))],
    [2, () => String((random.next() - 0.5) * 10 ** random.between(-8, 24))],
    [1, () => `${random.between(0, 9)}.${random.between(0, 999_999)}e${random.between(-30, 30)}`],
    [1, () => `${random.between(1900, 2100)}-${twoDigits(random.between(1, 13))}-${twoDigits(random.between(1, 31))}`],
  ])();
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** A scalar in quotes; `indent` is where its further lines begin, when it has any. */
export function quotedScalar(random: Random, oddness: Oddness, indent: number): string {
  const lines = random.chance(0.12) ? random.between(2, 4) : 1;
  const single = random.chance(0.4);
  const part = (): string => (single ? singleQuotedText(random, oddness) : doubleQuotedText(random, oddness));
  const body = Array.from({ length: lines }, (_, index) => (index > 0 && random.chance(0.2) ? "" : part()));
  const text = body.join(`${!single && random.chance(0.2) ? "\\" : ""}\n${" ".repeat(indent + random.between(0, 2))}`);
  return single ? `'${text}'` : `"${text}"`;
}

/** A scalar without quotes over several lines. */
export function multilinePlain(random: Random, indent: number): string {
  const pad = " ".repeat(indent + random.between(0, 2));
  return random.list(2, 4, (index) => (index > 0 && random.chance(0.25) ? "" : word(random))).join(`\n${pad}`);
}

function singleQuotedText(random: Random, oddness: Oddness): string {
  const text = random.weighted<() => string>([
    [3, () => rawText(random, oddness)],
    [2, () => plainScalar(random, oddness)],
    [0.5, () => ""],
    [0.5, () => ` ${word(random)} `],
  ])();
  return text.replaceAll("'", "''").replaceAll(/[\r\n]/g, "");
}

function doubleQuotedText(random: Random, oddness: Oddness): string {
  const parts = random.list(0, 3, () =>
    random.weighted<() => string>([
      [
        3,
        () =>
          oddText(random, oddness)
            .replaceAll(/["\\]/g, "\\$&")
            .replaceAll(/[\r\n]/g, ""),
      ],
      [2, () => plainScalar(random, oddness).replaceAll(/["\\]/g, "\\$&")],
      [1 + oddness, () => random.pick(escapes)],
      [1, () => "\\n"],
      [oddness === 2 ? 0.03 : 0, () => random.pick(badEscapes)],
    ])(),
  );
  return parts.join("");
}

/** A literal or folded block: its header, and its lines with their indentation. */
export function blockScalar(
  random: Random,
  oddness: Oddness,
  parentIndent: number,
): { header: string; lines: string[] } {
  const chomping = random.pick(["", "", "-", "-", "+"]);
  const step = random.between(1, 5);
  const explicit = random.chance(0.15);
  const digit = explicit ? String(random.chance(0.95) ? step : random.between(0, 9)) : "";
  const indicators = random.chance(0.5) ? digit + chomping : chomping + digit;
  const pad = " ".repeat(parentIndent + step);
  const lines = random.list(0, 5, (index) => blockLine(random, oddness, pad, explicit || index > 0));
  const tail = random.chance(0.2) ? random.list(1, 3, () => (random.chance(0.8) ? "" : pad)) : [];
  return { header: random.pick(["|", "|", ">"]) + indicators, lines: [...lines, ...tail] };
}

function blockLine(random: Random, oddness: Oddness, pad: string, mayIndent: boolean): string {
  return random.weighted<() => string>([
    [6, () => pad + rawText(random, oddness)],
    [2, () => pad + word(random)],
    [1, () => ""],
    [0.5, () => `${pad}# ${word(random)}`],
    [0.5, () => `${pad}${word(random)} `],
    [0.3, () => `${pad}\t${word(random)}`],
    [mayIndent ? 1 : 0.05, () => `${pad}${" ".repeat(random.between(1, 3))}${word(random)}`],
    [0.2, () => " ".repeat(random.between(0, pad.length + 2))],
    [0.3, () => `${pad}- ${word(random)}: ${word(random)}`],
  ])();
}
