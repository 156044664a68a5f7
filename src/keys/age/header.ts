import { concatBytes, decodeUtf8, encodeUtf8 } from "../../bytes.ts";
import { decodeUnpadded, encodeUnpadded } from "./base64.ts";
import { malformed } from "./malformed.ts";
import type { Stanza } from "./stanza.ts";

/*
 * The header of an age file (age-encryption.org/v1): a version line, stanzas, and a MAC over all that stands before it. Each thing has
 * one spelling only; every other is refused, as age does.
 */

const versionLine = "age-encryption.org/v1";
const macPrefix = "---";
const macBytes = 32;
const bodyLineBytes = 48;

/** What stands in a header. */
export interface Header {
  readonly stanzas: readonly Stanza[];
  /** The bytes that the MAC is of. */
  readonly authenticated: Uint8Array;
  /** 32 bytes. */
  readonly mac: Uint8Array;
  /** How many bytes the header has. */
  readonly length: number;
}

/** The part of a header that its MAC is of. */
export function formatAuthenticated(stanzas: readonly Stanza[]): Uint8Array {
  return encodeUtf8(`${versionLine}\n${stanzas.map(formatStanza).join("")}${macPrefix}`);
}

/** A whole header. */
export function formatHeader(authenticated: Uint8Array, mac: Uint8Array): Uint8Array {
  return concatBytes(authenticated, encodeUtf8(` ${encodeUnpadded(mac)}\n`));
}

/** The last line of a body is shorter than the others, and empty if need be. */
function formatStanza({ args, body }: Stanza): string {
  const lines = [`-> ${args.join(" ")}`];
  for (let offset = 0; offset <= body.length; offset += bodyLineBytes) {
    lines.push(encodeUnpadded(body.subarray(offset, offset + bodyLineBytes)));
  }
  return `${lines.join("\n")}\n`;
}

/**
 * Reads the header at the start of an age file.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY`
 */
export function parseHeader(file: Uint8Array): Header {
  const lines = new LineReader(file);
  if (lines.next() !== versionLine) throw invalid(`unexpected intro, expected "${versionLine}"`);
  const stanzas: Stanza[] = [];
  for (;;) {
    const start = lines.offset;
    const [prefix, ...args] = lines.next().split(" ");
    if (prefix === macPrefix) {
      const mac = decodeUnpadded(args[0] ?? "");
      if (args.length !== 1 || mac?.length !== macBytes) throw invalid("malformed closing line");
      return { stanzas, authenticated: file.subarray(0, start + macPrefix.length), mac, length: lines.offset };
    }
    if (prefix !== "->" || args.length === 0 || !args.every(isWord)) throw invalid("malformed stanza");
    stanzas.push({ args, body: readBody(lines) });
  }
}

function readBody(lines: LineReader): Uint8Array {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = decodeUnpadded(lines.next());
    if (part === undefined || part.length > bodyLineBytes) throw invalid("malformed body line");
    parts.push(part);
    if (part.length < bodyLineBytes) return concatBytes(...parts);
  }
}

function isWord(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

class LineReader {
  readonly #bytes: Uint8Array;
  /** Where the next line begins. */
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next line without its LF, which has to be there. */
  next(): string {
    const end = this.#bytes.indexOf(10, this.offset);
    const line = end === -1 ? undefined : decodeUtf8(this.#bytes.subarray(this.offset, end));
    if (line === undefined) throw invalid("unexpected end or character");
    this.offset = end + 1;
    return line;
  }
}

function invalid(reason: string): Error {
  return malformed(`failed to read header: parsing age header: ${reason}`);
}
