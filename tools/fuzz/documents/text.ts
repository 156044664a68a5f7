import type { Random } from "../random.ts";

/** How far a document strays from what people write: 0 is an everyday file, 2 is as odd as it gets. */
export type Oddness = 0 | 1 | 2;

const words = ["a", "b", "key", "user", "password", "host name", "x_enc", "y_unencrypted", "token", "it's", "data"];

const pieces = [
  ...split("a b Z 0 9 - _ . , / \\ ' \" ` # : = ; ? ! & * % @ | > < { } [ ] ~ $ ^ ( ) + << é ß 東京 🎉 ключ e\u0301"),
  ...split("null true 12 1e3 %(x)s \\n $A \u200b"),
  ...[" ", " ", " ", "  ", " #", ": ", "- ", "\u00a0"],
];

const rarePieces = [
  ...split("\u007f \u0001 \u001b \u0000 \ufffd \ufffe \ud7ff \ue000 \u{10ffff} \u0080 \u009f \u00ad \u202e"),
  ...["\t", "\u0085", "\u2028", "\u2029", "\ufeff", "\r", "\u3000"],
];

/** The words of a text, cut at spaces and newlines. */
export function split(text: string): string[] {
  return text.trim().split(/[ \n]+/);
}

/** A plain word, as everyday keys and values are. */
export function word(random: Random): string {
  return random.chance(0.3) ? `${random.pick(words)}${random.between(0, 99)}` : random.pick(words);
}

/** Text on one line, the odder the more of it is punctuation, other scripts and control characters. */
export function oddText(random: Random, oddness: Oddness, longest = 12): string {
  if (oddness === 0 || random.chance(0.25)) return word(random);
  const rare = oddness === 2 ? 0.08 : 0.01;
  return random.list(0, longest, () => (random.chance(rare) ? random.pick(rarePieces) : random.pick(pieces))).join("");
}

/** The text of a comment, what follows the mark. */
export function commentText(random: Random, oddness: Oddness): string {
  return random.weighted<() => string>([
    [6, () => ` ${word(random)}`],
    [1, () => ""],
    [1, () => word(random)],
    [1, () => `# ${word(random)}`],
    [1, () => `\t${word(random)}`],
    [1, () => ` ${word(random)} `],
    [1, () => ` ${word(random)}: ${word(random)}`],
    [1, () => `${" ".repeat(random.between(2, 5))}- ${word(random)}`],
    [oddness, () => oddText(random, oddness).replaceAll(/[\r\n\u0085\u2028\u2029]/g, "")],
  ])();
}

const insertions = [
  ...split(": # - ' \" { } [ ] , &a *a ! | % @ ` ? = ; \\ 0 e . \0 é \ufeff"),
  ...["\n", " ", "  ", "\t", ": ", " #", "- ", "> ", "? ", "\r", "\r\n", "---\n", "...\n"],
];

/** The document with a few characters inserted, removed, doubled or moved: mostly broken, sometimes just odd. */
export function damaged(random: Random, document: string): string {
  let text = document;
  for (let edits = random.between(1, 3); edits > 0; edits--) {
    const at = random.between(0, text.length);
    const length = random.between(1, 4);
    text = random.weighted<() => string>([
      [3, () => text.slice(0, at) + random.pick(insertions) + text.slice(at)],
      [3, () => text.slice(0, at) + text.slice(at + length)],
      [1, () => text.slice(0, at) + text.slice(at, at + length).repeat(2) + text.slice(at + length)],
      [1, () => withLinesSwapped(random, text)],
      [1, () => withLineIndented(random, text)],
    ])();
  }
  return text;
}

function withLinesSwapped(random: Random, text: string): string {
  const lines = text.split("\n");
  const at = random.between(0, lines.length - 1);
  const [line = ""] = lines.splice(at, 1);
  lines.splice(random.between(0, lines.length), 0, line);
  return lines.join("\n");
}

function withLineIndented(random: Random, text: string): string {
  const lines = text.split("\n");
  const at = random.between(0, lines.length - 1);
  const line = lines[at] ?? "";
  lines[at] = random.chance(0.5) ? " ".repeat(random.between(1, 4)) + line : line.replace(/^ {1,2}/, "");
  return lines.join("\n");
}
