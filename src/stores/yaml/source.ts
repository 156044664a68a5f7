import { decodeUtf8 } from "../../bytes.ts";
import { fail, failAt } from "./failure.ts";

const byteOrderMark = 0xfeff;

/** Anything but tab, line breaks and what is printable. A decoded text has no surrogates but those in pairs. */
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/**
 * The text of a file in UTF-8, or in UTF-16 with a byte order mark, without that mark.
 *
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE` when the encoding is broken or a control character is in it
 */
export function decodeSource(file: Uint8Array): string {
  const text = withoutByteOrderMark(decode(file));
  const index = text.search(forbidden);
  if (index >= 0) failAt(countLines(text, index), "control characters are not allowed");
  return text;
}

function decode(file: Uint8Array): string {
  if (file[0] === 0xff && file[1] === 0xfe) return decodeUtf16(file, "utf-16le");
  if (file[0] === 0xfe && file[1] === 0xff) return decodeUtf16(file, "utf-16be");
  return decodeUtf8(file) ?? failAtInvalidUtf8(file);
}

function decodeUtf16(file: Uint8Array, encoding: "utf-16le" | "utf-16be"): string {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(file);
  } catch {
    return fail(file.length % 2 === 0 ? "invalid UTF-16 surrogate pair" : "incomplete UTF-16 character");
  }
}

function withoutByteOrderMark(text: string): string {
  let start = 0;
  while (text.charCodeAt(start) === byteOrderMark) start += 1;
  return start === 0 ? text : text.slice(start);
}

function failAtInvalidUtf8(file: Uint8Array): never {
  let line = 0;
  let start = 0;
  for (;;) {
    const lineFeed = file.indexOf(0x0a, start);
    const end = lineFeed < 0 ? file.length : lineFeed + 1;
    const bytes = file.subarray(start, end);
    if (decodeUtf8(bytes) === undefined) failAt(line, describeInvalidUtf8(bytes, end === file.length));
    line += 1;
    start = end;
  }
}

/** What is wrong with the first bad sequence of a line; `last` when the file ends with it. */
function describeInvalidUtf8(bytes: Uint8Array, last: boolean): string {
  let index = 0;
  for (;;) {
    const length = sequenceLength(bytes[index] ?? 0);
    if (length === 0) return "invalid leading UTF-8 octet";
    const sequence = bytes.subarray(index, index + length);
    if (last && sequence.length < length) return "incomplete UTF-8 octet sequence";
    if (sequence.subarray(1).some((byte) => byte < 0x80 || byte > 0xbf)) return "invalid trailing UTF-8 octet";
    if (decodeUtf8(sequence) === undefined) return "invalid Unicode character";
    index += length;
  }
}

/** How many bytes a leading byte asks for, 0 when it cannot lead. */
function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc0 || byte > 0xf7) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

function countLines(text: string, end: number): number {
  let line = 0;
  for (let index = text.indexOf("\n"); index >= 0 && index < end; index = text.indexOf("\n", index + 1)) line += 1;
  return line;
}
