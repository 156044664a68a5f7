import type { Random } from "../random.ts";
import { commentText, damaged, type Oddness, oddText, word } from "./text.ts";
import { blockScalar, multilinePlain, plainScalar, quotedScalar } from "./yaml-scalars.ts";

/** What is fixed, or collected, while one file is made. */
interface Making {
  readonly random: Random;
  readonly oddness: Oddness;
  /** How likely a comment or blank line stands at a place where one may. */
  readonly comments: number;
  /** Spaces a level, when the file keeps to one step. */
  readonly step: number;
  /** Whether lists stand at their key's own indentation. */
  readonly listsAtKey: boolean;
  /** Names of anchors so far. */
  readonly anchors: string[];
}

/** A node: what follows its key on the same line, and the lines below. */
interface Node {
  readonly inline: string;
  readonly below: readonly string[];
}

/** A YAML file: scalars of every class and style, comments everywhere, one or more documents; now and then broken. */
export function yamlDocument(random: Random): string {
  const documents = random.weighted([
    [12, 1],
    [2, 2],
    [1, 3],
  ]);
  const lines: string[] = random.chance(0.04)
    ? [random.pick(["%YAML 1.2", "%YAML 1.1", "%TAG ! tag:x,2000:"]), "---"]
    : [];
  for (let index = 0; index < documents; index++) lines.push(...documentLines(random, index));
  let text = lines.join("\n") + random.pick(["\n", "\n", "\n", "\n", "", "\n\n", " \n"]);
  if (random.chance(0.08)) text = text.replaceAll("\n", "\r\n");
  if (random.chance(0.02)) text = `\ufeff${text}`;
  return random.chance(0.12) ? damaged(random, text) : text;
}

function documentLines(random: Random, index: number): string[] {
  const making: Making = {
    random,
    oddness: random.weighted<Oddness>([
      [4, 0],
      [4, 1],
      [2, 2],
    ]),
    comments: random.pick([0, 0, 0.1, 0.2, 0.4]),
    step: random.pick([1, 2, 2, 2, 4, 4, 3, 8]),
    listsAtKey: random.chance(0.3),
    anchors: [],
  };
  const marker = index > 0 || random.chance(0.1) ? [random.weighted(markers)] : [];
  const head = random.chance(making.comments) ? commentLines(making, 0) : [];
  const body = random.weighted<() => string[]>([
    [95, () => blockMap(making, 0, 0)],
    [2, () => [flow(making, 0, 0, "map") + lineComment(making)]],
    [2, () => []],
    [1, () => blockList(making, 0, 0)],
  ])();
  const foot = random.chance(making.comments) ? commentLines(making, 0) : [];
  const end = random.chance(0.04) ? ["..."] : [];
  return [...(random.chance(0.5) ? [...head, ...marker] : [...marker, ...head]), ...body, ...foot, ...end];
}

const markers: readonly (readonly [number, string])[] = [
  [10, "---"],
  [2, "--- # c"],
  [1, "--- "],
  [0.3, "--- !!map"],
  [0.3, "--- &top"],
  [0.2, "--- {}"],
  [0.1, "--- a"],
];

function blockMap(making: Making, indent: number, depth: number): string[] {
  const { random } = making;
  const pad = " ".repeat(indent);
  const lines: string[] = [];
  const used = new Set<string>();
  for (let items = random.between(1, depth === 0 ? 6 : 4); items > 0; items--) {
    lines.push(...between(making, indent));
    if (making.anchors.length > 0 && random.chance(0.05)) lines.push(`${pad}<<: *${random.pick(making.anchors)}`);
    const name = key(making, used);
    const node = value(making, indent, depth, "map");
    if (random.chance(0.015)) {
      lines.push(
        `${pad}? ${name}${lineComment(making)}`,
        `${pad}:${gap(making, node.inline)}${node.inline}`,
        ...node.below,
      );
    } else {
      lines.push(`${pad}${name}:${gap(making, node.inline)}${node.inline}`, ...node.below);
    }
  }
  return [...lines, ...after(making, indent)];
}

function blockList(making: Making, indent: number, depth: number): string[] {
  const { random } = making;
  const pad = " ".repeat(indent);
  const lines: string[] = [];
  for (let items = random.between(1, 4); items > 0; items--) {
    lines.push(...between(making, indent));
    lines.push(...listItem(making, pad, indent, depth));
  }
  return [...lines, ...after(making, indent)];
}

function listItem(making: Making, pad: string, indent: number, depth: number): string[] {
  const { random } = making;
  const dash = `-${" ".repeat(random.chance(0.9) ? 1 : random.between(2, 4))}`;
  const inner = indent + dash.length;
  if (depth < 5 && random.chance(0.35)) {
    const lines = random.chance(0.75) ? blockMap(making, inner, depth + 1) : blockList(making, inner, depth + 1);
    const [first = "", ...rest] = lines;
    if (/^ +[^ #]/.test(first)) return [pad + dash + first.trimStart(), ...rest];
    return [`${pad}-${lineComment(making)}`, first, ...rest];
  }
  const node = value(making, indent, depth, "list");
  return [`${pad}-${gap(making, node.inline)}${node.inline}`, ...node.below];
}

function value(making: Making, indent: number, depth: number, parent: "map" | "list"): Node {
  const { random, oddness } = making;
  const deep = depth >= 5 ? 0 : 1;
  const properties = nodeProperties(making);
  const scalar = (text: string): Node => ({ inline: properties + text + lineComment(making), below: [] });
  return random.weighted<() => Node>([
    [9, () => scalar(plainScalar(random, oddness))],
    [4, () => scalar(quotedScalar(random, oddness, indent + 1))],
    [0.4, () => scalar(multilinePlain(random, indent + 1))],
    [0.6, () => onNextLine(making, indent, depth, properties)],
    [1.5, () => block(making, indent, properties)],
    [1, () => scalar(flow(making, indent + 1, depth))],
    [0.6, () => scalar("")],
    [0.6, () => scalar(random.pick(["{}", "[]", "{ }", "[ ]", '""', "''"]))],
    [
      making.anchors.length > 0 ? 0.6 : 0,
      () => ({ inline: `*${random.pick(making.anchors)}${lineComment(making)}`, below: [] }),
    ],
    [oddness === 2 ? 0.02 : 0, () => scalar("*unknown")],
    [3 * deep, () => nested(making, blockMap(making, indent + step(making), depth + 1), properties)],
    [2 * deep, () => nested(making, blockList(making, listIndent(making, indent, parent), depth + 1), properties)],
  ])();
}

function nested(making: Making, lines: string[], properties: string): Node {
  const [first = ""] = lines;
  if (properties !== "" && making.random.chance(0.2)) {
    const pad = first.slice(0, first.length - first.trimStart().length);
    return { inline: lineComment(making), below: [pad + properties.trimEnd() + lineComment(making), ...lines] };
  }
  return { inline: properties.trimEnd() + lineComment(making), below: lines };
}

/** A scalar or flow collection below its key, perhaps with comments or its tag and anchor in between. */
function onNextLine(making: Making, indent: number, depth: number, properties: string): Node {
  const { random, oddness } = making;
  const pad = " ".repeat(indent + step(making));
  const content = random.weighted<() => string>([
    [3, () => plainScalar(random, oddness)],
    [3, () => quotedScalar(random, oddness, pad.length)],
    [2, () => flow(making, pad.length, depth)],
  ])();
  const early = random.chance(0.5);
  const comments = random.chance(making.comments) ? commentLines(making, pad.length) : [];
  const line = `${pad}${early ? "" : properties}${content}${lineComment(making)}`;
  return { inline: (early ? properties.trimEnd() : "") + lineComment(making), below: [...comments, line] };
}

function block(making: Making, indent: number, properties: string): Node {
  const { header, lines } = blockScalar(making.random, making.oddness, indent);
  return { inline: properties + header + lineComment(making), below: lines };
}

function step(making: Making): number {
  return making.random.chance(0.9) ? making.step : making.random.between(1, 6);
}

function listIndent(making: Making, indent: number, parent: "map" | "list"): number {
  return parent === "map" && making.listsAtKey ? indent : indent + step(making);
}

function flow(making: Making, indent: number, depth: number, kind?: "map"): string {
  const { random } = making;
  const list = kind === undefined && random.chance(0.5);
  const multiline = random.chance(0.2);
  const separator = (): string =>
    multiline ? `${flowComment(making)}\n${" ".repeat(indent + random.between(0, 3))}` : random.pick(["", " ", " "]);
  const entries = random.list(0, 4, () => (list ? flowValue(making, indent, depth) : flowPair(making, indent, depth)));
  const trailing = entries.length > 0 && random.chance(0.1) ? "," : "";
  const body = entries.map((entry) => separator() + entry).join(",") + trailing + separator();
  return list ? `[${body}]` : `{${body}}`;
}

function flowPair(making: Making, indent: number, depth: number): string {
  const { random } = making;
  const name = key(making, new Set());
  return random.weighted<() => string>([
    [8, () => `${name}: ${flowValue(making, indent, depth)}`],
    [0.5, () => name],
    [0.5, () => `${name}:`],
    [0.2, () => `"${name.replaceAll(/["\\]/g, "")}":${flowValue(making, indent, depth)}`],
  ])();
}

function flowValue(making: Making, indent: number, depth: number): string {
  const { random, oddness } = making;
  return random.weighted<() => string>([
    [5, () => plainScalar(random, oddness).replaceAll(/[[\]{},#:]/g, "") || "~"],
    [3, () => quotedScalar(random, oddness, indent)],
    [depth < 4 ? 1.5 : 0, () => flow(making, indent, depth + 1)],
    [0.2, () => flowPair(making, indent, 9)],
    [making.anchors.length > 0 ? 0.2 : 0, () => `*${random.pick(making.anchors)} `],
  ])();
}

function flowComment(making: Making): string {
  return making.random.chance(making.comments) ? ` #${commentText(making.random, making.oddness)}` : "";
}

function key(making: Making, used: Set<string>): string {
  const { random, oddness } = making;
  const name = random.weighted<() => string>([
    [12, () => word(random).replace("it's", "its")],
    [1, () => quotedScalar(random, oddness, 0).replaceAll(/\\?\n */g, " ")],
    [0.5 * oddness, () => JSON.stringify(oddText(random, oddness))],
    [
      0.3,
      () =>
        random.pick(["http", "a.b", "a-b", "a/b", "yes", "on", "y", "NO", "=", "<", "12:30", "a b c", "é", "_", "0x"]),
    ],
    [0.04, () => random.pick(["1", "true", "~", "null", "2001-01-01", "1.5", "[a]", "{a: b}", "? a", "*x", "!!str 1"])],
    [0.1, () => "k".repeat(random.pick([100, 127, 128, 129, 130, 200, 1023, 1024, 1025]))],
    [0.004, () => "sops"],
  ])();
  if (used.has(name) && !random.chance(0.02)) {
    const unique = `k${used.size}`;
    used.add(unique);
    return unique;
  }
  used.add(name);
  return name;
}

function nodeProperties(making: Making): string {
  const { random, oddness } = making;
  const tag = random.chance(0.02 * (oddness + 0.5)) ? `${random.pick(tags)} ` : "";
  if (!random.chance(0.03)) return tag;
  const name = random.chance(0.97) ? random.pick(["a", "b", "anchor-1", "A_2"]) : "é";
  making.anchors.push(name);
  return random.chance(0.5) ? `&${name} ${tag}` : `${tag}&${name} `;
}

const tags = [
  ...[
    "!!str",
    "!!str",
    "!!int",
    "!!float",
    "!!bool",
    "!!null",
    "!!binary",
    "!!timestamp",
    "!!map",
    "!!seq",
    "!local",
    "!",
  ],
  ...["!<tag:yaml.org,2002:str>", "!!set", "!!omap", "!!merge", "!<!x>", "!a!b", "!!"],
];

function gap(making: Making, inline: string): string {
  if (inline === "") return making.random.chance(0.05) ? " " : "";
  if (inline.startsWith(" ")) return "";
  return making.random.chance(0.95) ? " " : making.random.pick(["  ", "   ", "\t", " \t"]);
}

/** A comment behind something on the same line, or nothing. */
function lineComment(making: Making): string {
  const { random } = making;
  if (!random.chance(making.comments * 0.6)) return random.chance(0.02) ? " " : "";
  return `${random.pick([" ", " ", "  ", "\t"])}#${commentText(random, making.oddness)}`;
}

/** What stands before an item: nothing, blank lines, comments. */
function between(making: Making, indent: number): string[] {
  return making.random.chance(making.comments) ? commentLines(making, indent) : making.random.chance(0.05) ? [""] : [];
}

/** What stands after the last item: comments at its own indentation, deeper or shallower. */
function after(making: Making, indent: number): string[] {
  return making.random.chance(making.comments * 0.5) ? commentLines(making, indent) : [];
}

function commentLines(making: Making, indent: number): string[] {
  const { random, oddness } = making;
  const strays = random.chance(0.15);
  return random.list(1, 3, () => {
    if (random.chance(0.25)) return random.chance(0.9) ? "" : " ".repeat(random.between(1, 6));
    const at = strays ? random.between(0, indent + 4) : indent;
    return `${" ".repeat(at)}#${commentText(random, oddness)}`;
  });
}
