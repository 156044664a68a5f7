import { isIP } from "node:net";
import { BackendError } from "./audit-error.ts";

/**
 * The settings that a `postgres://` URL gives, as Go's `net/url` and then lib/pq read it: neither a runtime's own URL nor those of
 * Node's drivers reads the same ones. What is empty is not given, and the fragment is dropped.
 *
 * @param url - begins with `postgres://` or `postgresql://`
 * @throws BackendError which does not repeat it
 * @see lib/pq connector.go, `convertURL`
 */
export function settingsOfUrl(url: string): Map<string, string> {
  if (hasControlCharacter(url)) throw malformed("it has a control character");
  const [withoutFragment = ""] = url.split("#", 1);
  const [location = "", query = ""] = splitOnce(withoutFragment, "?");
  const [authority = "", path = ""] = splitOnce(location.replace(/^postgres(?:ql)?:\/\//, ""), "/");
  const at = authority.lastIndexOf("@");
  const [user, password = ""] = at < 0 ? [""] : userInfo(authority.slice(0, at));
  const { host, port } = hostAndPort(authority.slice(at + 1));
  const given = { user, password, host, port, dbname: unescapeText(path, "its database") };
  const entries = [...Object.entries(given), ...queryEntries(query)].filter(([, value]) => value !== "");
  // In lib/pq the last one in this order counts where one is given twice.
  return new Map(entries.toSorted(([a, b], [c, d]) => (`${a}='${b}'` < `${c}='${d}'` ? -1 : 1)));
}

function malformed(what: string): BackendError {
  return new BackendError(
    `the connection string is no URL: ${what}`,
    "In a password, characters such as / ? # @ : and % are written as %2F %3F %23 %40 %3A and %25.",
  );
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < " " || character === "\u007f");
}

/** Before and behind the first separator; behind is "" when there is none. */
function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + separator.length)];
}

function userInfo(text: string): [string, string] {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text))
    throw malformed("a character of user or password must be escaped");
  const [user, password] = splitOnce(text, ":");
  return [unescapeText(user, "its user"), unescapeText(password, "its password")];
}

function hostAndPort(text: string): { readonly host: string; readonly port: string } {
  // sops is built so that an address may stand without brackets.
  if (isIP(text) === 6) return { host: text, port: "" };
  const [, bracketed, plain = "", port = ""] =
    /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(text) ?? throwMalformedHost();
  const host = bracketed ?? plain;
  if (/[\s"<>\\^`{|}]/.test(host) || /%(?![89A-Fa-f][\dA-Fa-f]|25)/.test(host)) throwMalformedHost();
  return { host: unescapeText(host, "its host"), port };
}

function throwMalformedHost(): never {
  throw malformed("its host or port is malformed");
}

function unescapeText(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(`${what} has a % that escapes nothing`);
  }
}

/** The first value of each name. What cannot be read is passed over, as Go does. */
function queryEntries(query: string): [string, string][] {
  const found = new Map<string, string>();
  for (const part of query.split("&")) {
    if (part === "" || part.includes(";")) continue;
    const [name, value] = splitOnce(part, "=").map(unescapeQuery);
    if (name !== undefined && value !== undefined && !found.has(name)) found.set(name, value);
  }
  return [...found];
}

function unescapeQuery(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
