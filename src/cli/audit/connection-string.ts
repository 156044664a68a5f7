import { BackendError } from "./audit-error.ts";
import { settingsOfUrl } from "./connection-url.ts";

/**
 * The settings that a connection string gives by name: a URL, or `name=value` pairs, in which a value may stand in single quotes and a
 * backslash takes the next character as it is.
 *
 * @throws BackendError which does not repeat it
 * @see lib/pq connector.go, `fromDSN`
 */
export function parseConnectionString(text: string): Map<string, string> {
  return /^postgres(?:ql)?:\/\//.test(text) ? settingsOfUrl(text) : parsePairs(text);
}

/** A name, the equals sign with white space around it, and a value that is quoted or not. */
const pair = /\s*([^\s=]*)\s*(=\s*(?:'((?:[^'\\]|\\[^])*)'|(?!')((?:[^\s\\]|\\[^])*)))?/uy;

function parsePairs(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  const end = text.trimEnd().length;
  for (let position = 0, count = 1; position < end; position = pair.lastIndex, count++) {
    pair.lastIndex = position;
    const [, name = "", assignment, quoted, plain = ""] = pair.exec(text) ?? [];
    if (assignment === undefined) throw malformed(text, pair.lastIndex, count);
    settings.set(name, (quoted ?? plain).replaceAll(/\\([^])/gu, "$1"));
  }
  return settings;
}

function malformed(text: string, position: number, count: number): BackendError {
  const isQuoted = /^\s*=\s*'/.test(text.slice(position));
  const what = isQuoted ? "a quote is not closed" : 'a "=" or a value is missing';
  return new BackendError(
    `the connection string is malformed: ${what} (in its ${ordinal(count)} part)`,
    "It is a URL, postgres://USER:PASSWORD@HOST/DATABASE, or pairs such as host=HOST password='a b'.",
  );
}

function ordinal(count: number): string {
  return `${count}${["st", "nd", "rd"][count - 1] ?? "th"}`;
}
