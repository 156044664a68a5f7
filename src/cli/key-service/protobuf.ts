import { concatBytes, decodeUtf8, encodeUtf8 } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";

/** A field of a Protocol Buffers message whose content is bytes: a text, bytes or another message. */
export type Field = readonly [number: number, content: Uint8Array];

const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A field for a text; none for an empty one, which is the default. */
export function textField(number: number, text: string): Field[] {
  return bytesField(number, encodeUtf8(text));
}

/** A field for bytes; none where there are none, which is the default. */
export function bytesField(number: number, bytes: Uint8Array): Field[] {
  return bytes.length === 0 ? [] : [[number, bytes]];
}

/** A field for a message, also for one without fields. */
export function messageField(number: number, fields: readonly Field[]): Field[] {
  return [[number, encodeMessage(fields)]];
}

/** The bytes of a message. */
export function encodeMessage(fields: readonly Field[]): Uint8Array {
  const parts = fields.map(([number, content]) => [
    encodeVarint(number * 8 + wireTypes.bytes),
    encodeVarint(content.length),
    content,
  ]);
  return concatBytes(...parts.flat());
}

function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

/** A message that was read. Fields of other wire types than that of bytes are left out: no message here has any. */
export class Message {
  readonly #fields: readonly Field[];

  /** @throws SopsError when the bytes are no message */
  constructor(bytes: Uint8Array) {
    this.#fields = decodeFields(bytes);
  }

  /** The numbers of its fields, in the order in which they came. */
  numbers(): number[] {
    return this.#fields.map(([number]) => number);
  }

  /** The bytes of a field: of the last one of that number, as the format demands; empty without one. */
  bytes(number: number): Uint8Array {
    return this.#fields.findLast(([other]) => other === number)?.[1] ?? new Uint8Array();
  }

  /** @throws SopsError when it is not UTF-8 */
  text(number: number): string {
    const text = decodeUtf8(this.bytes(number));
    if (text === undefined) throw malformed("a text that is not UTF-8");
    return text;
  }

  /** All messages in fields of a number. */
  messages(number: number): Message[] {
    return this.#fields.filter(([other]) => other === number).map(([, content]) => new Message(content));
  }
}

function decodeFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  const reader = { bytes, position: 0 };
  while (reader.position < bytes.length) {
    const tag = readVarint(reader);
    const number = Math.floor(tag / 8);
    if (number === 0) throw malformed("a field without a number");
    const content = readContent(reader, tag % 8);
    if (content !== undefined) fields.push([number, content]);
  }
  return fields;
}

interface Reader {
  readonly bytes: Uint8Array;
  position: number;
}

/** The content of a field, or undefined for a wire type that is of no interest. */
function readContent(reader: Reader, wireType: number): Uint8Array | undefined {
  switch (wireType) {
    case wireTypes.varint:
      readVarint(reader);
      return undefined;
    case wireTypes.fixed64:
      take(reader, 8);
      return undefined;
    case wireTypes.bytes:
      return take(reader, readVarint(reader));
    case wireTypes.fixed32:
      take(reader, 4);
      return undefined;
    default:
      throw malformed(`a field of the unknown wire type ${wireType}`);
  }
}

function take(reader: Reader, count: number): Uint8Array {
  const end = reader.position + count;
  if (end > reader.bytes.length) throw malformed("a field that goes beyond its end");
  const content = reader.bytes.subarray(reader.position, end);
  reader.position = end;
  return content;
}

/** Ten bytes hold 64 bits; what is beyond the safe integers is too long for any length here, and refused as such. */
function readVarint(reader: Reader): number {
  let value = 0;
  for (let factor = 1, count = 0; count < 10; factor *= 128, count += 1) {
    const byte = reader.bytes[reader.position];
    if (byte === undefined) throw malformed("a number that goes beyond its end");
    reader.position += 1;
    value += (byte % 128) * factor;
    if (byte < 128) return value;
  }
  throw malformed("a number of more than ten bytes");
}

function malformed(what: string): SopsError {
  return new SopsError("GENERIC", `the message is malformed: it has ${what}`);
}
