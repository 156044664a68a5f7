import { SopsError } from "../errors.ts";
import { invert, multiply } from "./field.ts";

/**
 * Splits a secret so that any `threshold` of the shares give it back and fewer say nothing about it (Shamir's scheme over
 * GF(2^8), one polynomial a byte, with the secret's byte at x = 0).
 *
 * @param parts - how many shares, at most 255
 * @param threshold - at least 2, at most `parts`
 * @param randomBytes - a cryptographic random source; called once
 * @returns shares of one byte more than the secret: the polynomials' values at x, then x, which counts from 1
 * @throws SopsError `COULD_NOT_GENERATE_DATA_KEY` when the numbers are out of range or there is no secret
 * @see sops shamir/shamir.go, `Split`
 */
export function split(
  secret: Uint8Array,
  parts: number,
  threshold: number,
  randomBytes: (length: number) => Uint8Array,
): Uint8Array[] {
  checkSplit(secret, parts, threshold);
  const degree = threshold - 1;
  const coefficients = randomBytes(secret.length * degree);
  const shares = Array.from({ length: parts }, (_, index) => shareAt(index + 1, secret, coefficients, degree));
  coefficients.fill(0);
  return shares;
}

function checkSplit(secret: Uint8Array, parts: number, threshold: number): void {
  if (parts < threshold) throw cannotSplit("parts cannot be less than threshold");
  if (parts > 255) throw cannotSplit("parts cannot exceed 255");
  if (threshold < 2) throw cannotSplit("threshold must be at least 2");
  if (secret.length === 0) throw cannotSplit("cannot split an empty secret");
}

function cannotSplit(message: string): SopsError {
  return new SopsError("COULD_NOT_GENERATE_DATA_KEY", message);
}

/** The share at x. Each byte has `degree` coefficients, from x up. */
function shareAt(x: number, secret: Uint8Array, coefficients: Uint8Array, degree: number): Uint8Array {
  const share = new Uint8Array(secret.length + 1);
  for (let index = 0; index < secret.length; index++) {
    let value = 0;
    for (let power = degree - 1; power >= 0; power--) {
      value = multiply(value ^ (coefficients[index * degree + power] as number), x);
    }
    share[index] = value ^ (secret[index] as number);
  }
  share[secret.length] = x;
  return share;
}

/**
 * The secret that shares were split from. Takes all shares that are given; with fewer than the threshold, or with a wrong one
 * among them, the result is a wrong secret and not an error.
 *
 * @param shares - as {@link split} makes them, in any order
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` when there are fewer than two, or they are not shares of one secret
 * @see sops shamir/shamir.go, `Combine`
 */
export function combine(shares: readonly Uint8Array[]): Uint8Array {
  checkShares(shares);
  const weights = weightsAtZero(shares.map(positionOf));
  const secret = new Uint8Array((shares[0] as Uint8Array).length - 1);
  for (const [which, share] of shares.entries()) {
    const weight = weights[which] as number;
    for (let index = 0; index < secret.length; index++) {
      secret[index] = (secret[index] as number) ^ multiply(share[index] as number, weight);
    }
  }
  return secret;
}

function checkShares(shares: readonly Uint8Array[]): void {
  const [first] = shares;
  if (first === undefined || shares.length < 2) {
    throw cannotCombine("less than two parts cannot be used to reconstruct the secret");
  }
  if (first.length < 2) throw cannotCombine("parts must be at least two bytes");
  if (shares.some((share) => share.length !== first.length)) throw cannotCombine("all parts must be the same length");
  if (new Set(shares.map(positionOf)).size !== shares.length) throw cannotCombine("duplicate part detected");
}

function cannotCombine(message: string): SopsError {
  return new SopsError("COULD_NOT_RETRIEVE_KEY", message);
}

/** A share's x. */
function positionOf(share: Uint8Array): number {
  return share[share.length - 1] as number;
}

/** What each share counts for at x = 0: Lagrange's basis polynomials there. */
function weightsAtZero(positions: readonly number[]): number[] {
  return positions.map((own) => {
    let numerator = 1;
    let denominator = 1;
    for (const other of positions) {
      if (other === own) continue;
      numerator = multiply(numerator, other);
      denominator = multiply(denominator, other ^ own);
    }
    return multiply(numerator, invert(denominator));
  });
}
