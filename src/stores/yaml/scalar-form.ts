import { decodeByteString, encodeByteString, hasInvalidUtf8 } from "../../bytes.ts";
import { formatFloatG } from "../../core/go-format.ts";
import { formatRfc3339Nano } from "../../core/timestamp.ts";
import { type Item, NonStringKey, type Scalar, Timestamp, UnsignedInteger } from "../../core/tree.ts";
import { encodeBase64 } from "../../crypto/base64.ts";
import { resolvePlain } from "./resolve.ts";
import { isPlainlySafe, type StringStyle, styleOfString } from "./string-style.ts";

/** What is written for a scalar. */
export interface ScalarForm {
  readonly style: StringStyle;
  /** `!!binary`, `!!merge` or nothing. */
  readonly tag: string;
  /** Without quotes, escapes or indentation. */
  readonly text: string;
}

/** The form of a leaf, as go-yaml writes Go's types. */
export function formOfScalar(value: Scalar): ScalarForm {
  if (typeof value === "string") return formOfString(value);
  if (value instanceof Uint8Array) return formOfString(decodeByteString(value));
  return plain(plainText(value));
}

/** The text of a leaf that is written plain, in the sense of {@link formOfScalar}; undefined for another. */
export function plainTextOf(value: Scalar): string | undefined {
  if (typeof value === "string" && isPlainlySafe(value)) return value;
  const { style, tag, text } = formOfScalar(value);
  return style === "plain" && tag === "" ? text : undefined;
}

/** The form of a key. One that is not a string is written as the value that it was read as: `0x10` as `16`. */
export function formOfKey(key: Item["key"]): ScalarForm {
  return key instanceof NonStringKey ? formOfScalar(valueOfKey(key)) : formOfString(key);
}

function valueOfKey({ goType, text }: NonStringKey): Scalar {
  const value = resolvePlain(text);
  return goType === "float64" && typeof value === "bigint" ? Number(value) : value;
}

const plain = (text: string): ScalarForm => ({ style: "plain", tag: "", text });

function plainText(value: Exclude<Scalar, string | Uint8Array>): string {
  if (typeof value === "number") return floatText(value);
  if (value instanceof Timestamp) return formatRfc3339Nano(value);
  return value instanceof UnsignedInteger ? value.value.toString() : String(value);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (Number.isFinite(value)) return formatFloatG(value);
  return value > 0 ? ".inf" : "-.inf";
}

function formOfString(text: string): ScalarForm {
  if (isPlainlySafe(text)) return plain(text);
  if (hasInvalidUtf8(text)) return formOfBinary(encodeByteString(text));
  return { style: styleOfString(text), tag: text === "<<" ? "!!merge" : "", text };
}

const base64Line = /.{1,70}/g;

/** Base64, cut into lines of 70 characters when one is not enough. */
function formOfBinary(bytes: Uint8Array): ScalarForm {
  const text = encodeBase64(bytes);
  if (text.length < 70) return { style: "plain", tag: "!!binary", text };
  return { style: "literal", tag: "!!binary", text: text.replace(base64Line, "$&\n") };
}

const lineBreak = /[\n\r\x85\u2028\u2029]/;
const longestSimpleKeyBytes = 128;

/** Whether a key can stand as `key:` on one line; others are written `? key` with `: value` below. */
export function isSimpleKey({ tag, text }: ScalarForm): boolean {
  if (text.length > longestSimpleKeyBytes || lineBreak.test(text)) return false;
  return (
    text.length * 3 + tag.length <= longestSimpleKeyBytes || utf8Length(text) + tag.length <= longestSimpleKeyBytes
  );
}

/** Whether a key is plain and simple without further looking. */
export function isSimplePlainKey(key: Item["key"]): key is string {
  return typeof key === "string" && key.length <= longestSimpleKeyBytes && isPlainlySafe(key);
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
