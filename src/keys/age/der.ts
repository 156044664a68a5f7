/** One element of DER (X.690): its tag and what is in it. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Tags that keys are made of. */
export const derTags = { integer: 0x02, octetString: 0x04, objectIdentifier: 0x06, sequence: 0x30 } as const;

/** The elements that stand one after the other in `bytes`; undefined when these are no DER. */
export function readDer(bytes: Uint8Array): DerElement[] | undefined {
  const elements: DerElement[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const tag = bytes[offset] as number;
    const length = readLength(bytes, offset + 1);
    if (length === undefined || length.next + length.value > bytes.length) return undefined;
    offset = length.next + length.value;
    elements.push({ tag, content: bytes.subarray(length.next, offset) });
  }
  return elements;
}

/** The elements of a sequence that is all there is in `bytes`; undefined for anything else. */
export function readDerSequence(bytes: Uint8Array): DerElement[] | undefined {
  const [sequence, ...others] = readDer(bytes) ?? [];
  return sequence?.tag === derTags.sequence && others.length === 0 ? readDer(sequence.content) : undefined;
}

function readLength(bytes: Uint8Array, offset: number): { value: number; next: number } | undefined {
  const first = bytes[offset];
  if (first === undefined) return undefined;
  if (first < 0x80) return { value: first, next: offset + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4 || offset + 1 + count > bytes.length) return undefined;
  const digits = bytes.subarray(offset + 1, offset + 1 + count);
  return { value: digits.reduce((sum, digit) => sum * 256 + digit, 0), next: offset + 1 + count };
}

/** An object identifier with its numbers in the usual form, such as `1.3.101.112`; "" for anything else. */
export function identifierText(element: DerElement | undefined): string {
  if (element?.tag !== derTags.objectIdentifier) return "";
  const numbers: number[] = [];
  let number = 0;
  for (const byte of element.content) {
    number = number * 128 + (byte & 0x7f);
    if (byte > 0x7f) continue;
    if (numbers.length > 0) numbers.push(number);
    else numbers.push(Math.min(2, Math.floor(number / 40)), number - 40 * Math.min(2, Math.floor(number / 40)));
    number = 0;
  }
  return numbers.join(".");
}
