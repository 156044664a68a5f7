/*
 * GF(2^8) with the polynomial x^8 + x^4 + x^3 + x + 1: bytes as elements, addition is exclusive or. Neither branches nor table
 * look-ups depend on the elements, which are secrets here.
 */

/** The product of two elements. */
export function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = a;
  for (let bit = 0; bit < 8; bit++) {
    product ^= shifted & -((b >>> bit) & 1);
    shifted = (shifted << 1) ^ (0x11b & -(shifted >>> 7));
  }
  return product;
}

/** The inverse of an element; 0 for 0, which has none. */
export function invert(a: number): number {
  // The group has 255 elements, so the inverse is a^254, and 254 = 2 + 4 + 8 + … + 128.
  let inverse = 1;
  let power = a;
  for (let bit = 1; bit < 8; bit++) {
    power = multiply(power, power);
    inverse = multiply(inverse, power);
  }
  return inverse;
}
