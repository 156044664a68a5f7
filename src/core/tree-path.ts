import { SopsError } from "../errors.ts";

/** Steps from the root of a document: a mapping key, or an index of a list. */
export type TreePath = readonly (string | number)[];

/**
 * Parses a path such as `["a"]['b'][0]` by sops's rules: the text is cut at every `[`, empty pieces are skipped, each piece
 * ends in `]`; one that starts with a quote is a key (no escapes), any other an index. A key cannot hold `[`.
 *
 * @throws SopsError `INVALID_TREE_PATH_FORMAT`
 */
export function parseTreePath(text: string): TreePath {
  const steps: (string | number)[] = [];
  for (const piece of text.split("[")) {
    if (piece === "") continue;
    if (!piece.endsWith("]")) throw invalidPath(`component ${piece} doesn't end with ]`);
    steps.push(parseStep(piece.slice(0, -1)));
  }
  return steps;
}

function parseStep(body: string): string | number {
  if (/^["'].*.$/s.test(body)) return body.slice(1, -1);
  if (/^[+-]?\d+$/.test(body) && Number.isSafeInteger(Number(body))) return Number(body);
  throw invalidPath(`component "[${body}]" is neither a quoted key nor a number`);
}

function invalidPath(reason: string): SopsError {
  return new SopsError("INVALID_TREE_PATH_FORMAT", `Invalid path format: ${reason}`, {
    hint: `Write a path like '["database"]["users"][0]'.`,
  });
}

/** The text form of a path, `["a"][0]`; the root is `[]`. */
export function formatTreePath(path: TreePath): string {
  if (path.length === 0) return "[]";
  return path.map((step) => (typeof step === "number" ? `[${step}]` : `[${JSON.stringify(step)}]`)).join("");
}
