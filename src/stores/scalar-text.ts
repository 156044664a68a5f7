import { decodeByteString } from "../bytes.ts";
import { formatFloatG } from "../core/go-format.ts";
import { formatRfc3339 } from "../core/timestamp.ts";
import { type Scalar, Timestamp, UnsignedInteger } from "../core/tree.ts";

/**
 * A scalar as text where there is nothing but text: in dotenv, INI and the environment of a program. Strings as they are, floats
 * with a capital `E` and at least one decimal when they would look like integers (`1.0`, `1E+06`), times to the second,
 * null `<nil>`.
 *
 * @see sops stores/stores.go, `ValToString`
 */
export function scalarText(value: Scalar): string {
  if (typeof value === "string") return value;
  if (value === null) return "<nil>";
  if (typeof value === "number") return floatText(value);
  if (value instanceof Uint8Array) return decodeByteString(value);
  if (value instanceof Timestamp) return formatRfc3339(value);
  return value instanceof UnsignedInteger ? value.value.toString() : value.toString();
}

function floatText(value: number): string {
  const text = formatFloatG(value).replace("e", "E");
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
