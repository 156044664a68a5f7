/*
 * Floats as Go writes them. Go and JavaScript agree on the shortest digits that read back as the same float64; they differ
 * in when an exponent is used and in how it is written.
 */

interface Decimal {
  readonly negative: boolean;
  /** Significant digits, no leading or trailing zeros (but "0" for zero). */
  readonly digits: string;
  /** Decimal exponent of the first digit: 5e-7 has -7. */
  readonly exponent: number;
}

function shortest(value: number): Decimal {
  const negative = value < 0 || Object.is(value, -0);
  const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  return { negative, digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  return undefined;
}

function plain({ negative, digits, exponent }: Decimal): string {
  const sign = negative ? "-" : "";
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return fraction === "" ? sign + whole : `${sign}${whole}.${fraction}`;
}

function scientific({ negative, digits, exponent }: Decimal, exponentDigits: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const exponentText = String(Math.abs(exponent)).padStart(exponentDigits, "0");
  return `${negative ? "-" : ""}${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${exponentText}`;
}

/**
 * Shortest digits without an exponent, as `strconv.FormatFloat(value, 'f', -1, 64)`: `1e21` is `1000000000000000000000`.
 * This is the plaintext of a float in an envelope. Not finite: `+Inf`, `-Inf`, `NaN`.
 */
export function formatFloatPlain(value: number): string {
  const text = special(value);
  if (text !== undefined) return text;
  // JavaScript's own form is the same between 1e-6 and 1e21, but for -0.
  const absolute = Math.abs(value);
  if (absolute >= 1e-6 && absolute < 1e21) return String(value);
  return plain(shortest(value));
}

/**
 * Shortest digits as `strconv.FormatFloat(value, 'g', -1, 64)`, the form of YAML and (in capitals) dotenv and INI: with an
 * exponent of at least two digits when the decimal exponent is below -4 or from 6 on (`100000`, `1e+06`, `1e-05`).
 * Not finite: `+Inf`, `-Inf`, `NaN`.
 */
export function formatFloatG(value: number): string {
  const text = special(value);
  if (text !== undefined) return text;
  const decimal = shortest(value);
  return decimal.exponent < -4 || decimal.exponent >= 6 ? scientific(decimal, 2) : plain(decimal);
}

/**
 * As Go's `encoding/json` writes a finite float64: an exponent below 1e-6 and from 1e21 on, without padding (`1e-7`, `1e+21`).
 */
export function formatFloatJson(value: number): string {
  const decimal = shortest(value);
  const absolute = Math.abs(value);
  return absolute !== 0 && (absolute < 1e-6 || absolute >= 1e21) ? scientific(decimal, 1) : plain(decimal);
}
