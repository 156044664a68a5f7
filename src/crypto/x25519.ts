import { pow } from "@noble/curves/abstract/modular.js";
import { montgomery } from "@noble/curves/abstract/montgomery.js";

/** The field's prime. */
const P = 2n ** 255n - 19n;

/**
 * X25519 with noble's ladder. noble's own `x25519` is in one file with Ed25519 and what builds on it, which a browser would load
 * without using it; and it makes tables that pay off after many keys.
 *
 * @see RFC 7748, sections 4.1 and 5
 */
export const x25519 = montgomery({
  P,
  type: "x25519",
  adjustScalarBytes: clamp,
  // The exponent is no secret.
  powPminus2: (x) => pow(x, P - 2n, P),
});

/** Makes 32 bytes a scalar of the curve, in place. */
function clamp(bytes: Uint8Array): Uint8Array {
  bytes[0] = (bytes[0] ?? 0) & 248;
  bytes[31] = ((bytes[31] ?? 0) & 127) | 64;
  return bytes;
}
