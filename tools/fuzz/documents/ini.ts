import type { Random } from "../random.ts";
import { commentText, damaged, type Oddness, oddText, word } from "./text.ts";

/** An INI file: sections, keys, quoting, continuation and comments in every form; now and then broken. */
export function iniDocument(random: Random): string {
  const oddness = random.weighted<Oddness>([
    [3, 0],
    [5, 1],
    [2, 2],
  ]);
  const lines = [
    ...(random.chance(0.3) ? body(random, oddness) : []),
    ...random.list(0, 4, () => [sectionHeader(random, oddness), ...body(random, oddness)]).flat(),
  ];
  const text = lines.join(random.chance(0.12) ? "\r\n" : "\n") + random.pick(["\n", "\n", "\n", "", "\n\n"]);
  const marked = random.chance(0.02) ? `\ufeff${text}` : text;
  return random.chance(0.1) ? damaged(random, marked) : marked;
}

function sectionHeader(random: Random, oddness: Oddness): string {
  const name = random.weighted<() => string>([
    [6, () => word(random)],
    [1, () => random.pick(["s", "s", "t"])],
    [0.7, () => random.pick(["DEFAULT", "default", "a.b", "a.b.c", " padded ", "0", "true"])],
    [1, () => oddText(random, oddness).replaceAll(/[\n\r]/g, "")],
    [0.03, () => random.pick(["", "sops", " "])],
  ])();
  return random.weighted([
    [8, `[${name}]`],
    [1, `  [${name}]`],
    [0.5, `[${name}]  `],
    [0.5, `[${name}] ${comment(random, oddness)}`],
    [0.03, `[${name}`],
    [0.1, `[[${name}]]`],
  ]);
}

function body(random: Random, oddness: Oddness): string[] {
  return random.list(0, 5, () =>
    random.weighted<() => string>([
      [8, () => keyLine(random, oddness)],
      [2, () => comment(random, oddness)],
      [0.5, () => `  ${comment(random, oddness)}`],
      [1, () => ""],
      [0.2, () => " \t"],
      [oddness === 2 ? 0.05 : 0.02, () => word(random).replaceAll(/[=:]/g, "")],
    ])(),
  );
}

function keyLine(random: Random, oddness: Oddness): string {
  const indent = random.chance(0.08) ? random.pick([" ", "    ", "\t"]) : "";
  const separator = random.pick([" = ", " = ", "=", ":", " : ", "  =  ", "\t=\t", "= "]);
  const end = random.weighted<() => string>([
    [10, () => ""],
    [1, () => ` ${comment(random, oddness)}`],
    [0.5, () => comment(random, oddness)],
    [0.5, () => "  "],
  ])();
  return indent + key(random, oddness) + separator + value(random, oddness) + end;
}

function key(random: Random, oddness: Oddness): string {
  return random.weighted<() => string>([
    [7, () => word(random)],
    [1, () => random.pick(["a", "a", "b"])],
    [0.5, () => `"${word(random)}"`],
    [0.5, () => `\`${oddText(random, oddness)}\``],
    [0.3, () => `"""${word(random)}"""`],
    [0.5, () => `'${word(random)}'`],
    [1, () => oddText(random, oddness).replaceAll(/[\n\r]/g, "")],
    [0.05, () => random.pick(["-", "", "#1"])],
  ])();
}

function value(random: Random, oddness: Oddness): string {
  return random.weighted<() => string>([
    [5, () => word(random)],
    [1, () => ""],
    [1, () => random.pick(["1", "true", "null", "100%", "%(a)s", "a=b", "a:b", "c:\\x\\n", "[x]", "1.5", "\\"])],
    [1, () => `"${oddText(random, oddness)}"`],
    [1, () => `'${oddText(random, oddness)}'`],
    [1, () => `\`${oddText(random, oddness)}\``],
    [1, () => `"""${random.list(0, 3, () => oddText(random, oddness)).join("\n")}"""`],
    [0.4, () => `\`${random.list(1, 3, () => oddText(random, oddness)).join("\n")}\``],
    [0.4, () => `'''${random.list(1, 3, () => oddText(random, oddness)).join("\n")}'''`],
    [1, () => `${random.list(2, 3, () => oddText(random, oddness)).join(random.pick([" \\\n  ", "\\\n", "\\ \n"]))}`],
    [0.5, () => `"${word(random)}" ${word(random)}`],
    [0.5, () => `"${word(random)}'`],
    [3, () => oddText(random, oddness, 25)],
    [0.2, () => "x".repeat(random.between(60, 3000))],
  ])();
}

function comment(random: Random, oddness: Oddness): string {
  return random.pick([";", "#", "; ", "# ", ";;", "#;"]) + commentText(random, oddness);
}
