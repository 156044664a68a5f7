import { decodeBase64, encodeBase64 } from "../../crypto/base64.ts";
import { malformed } from "./malformed.ts";

const firstLine = "-----BEGIN AGE ENCRYPTED FILE-----";
const lastLine = "-----END AGE ENCRYPTED FILE-----";
const columns = 64;

/** The most blanks before and after, each. */
const mostBlanks = 1024;

/** An age file as text; ends in a newline. */
export function encodeArmor(file: Uint8Array): string {
  const lines = encodeBase64(file).match(/.{1,64}/g) ?? [];
  return [firstLine, ...lines, lastLine, ""].join("\n");
}

/**
 * The bytes of an armored age file. Lines end in LF or CRLF, blank ones may stand before and after; all else has to be just as
 * {@link encodeArmor} writes it.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY`
 */
export function decodeArmor(text: string): Uint8Array {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => !isBlank(line));
  if (lines[start] !== firstLine) throw invalid("invalid header");
  const end = lines.findIndex((line, index) => index > start && (line === lastLine || isBlank(line)));
  if (lines[end] !== lastLine) throw invalid("invalid footer");
  const [before, after] = [lines.slice(0, start), lines.slice(end + 1)];
  if (!after.every(isBlank)) throw invalid("trailing data after armored file");
  if ([before, after].some((blank) => blank.join("\n").length >= mostBlanks)) throw invalid("too much whitespace");
  return decodeLines(lines.slice(start + 1, end));
}

function decodeLines(lines: readonly string[]): Uint8Array {
  const last = lines.length - 1;
  const fits = (line: string, index: number): boolean =>
    line.length === columns || (index === last && line.length < columns);
  if (!lines.every(fits)) throw invalid("invalid line length");
  const text = lines.join("");
  const bytes = decodeBase64(text);
  // Encoded again, since age refuses more than a lenient decoder: spare bits that are set, line ends within a line.
  if (bytes === undefined || encodeBase64(bytes) !== text) throw invalid("invalid base64");
  return bytes;
}

function isBlank(line: string): boolean {
  return /^[\t\v\f\r ]*$/.test(line);
}

function invalid(reason: string): Error {
  return malformed(`invalid armor: ${reason}`);
}
