/*
 * GHASH as NIST SP 800-38D defines it, with numbers of 128 bits: slow, and short enough to be read against the standard. A
 * block is a number whose most significant bit is the block's first.
 */

const reduction = 0xe1n << 120n;

/** The standard's algorithm 1, the product of two blocks. */
export function multiplyBlocks(x: bigint, y: bigint): bigint {
  let product = 0n;
  let shifted = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ reduction : shifted >> 1n;
  }
  return product;
}

/** The block by which to multiply to undo a multiplication: x to the power of 2^128 - 2. */
export function invertBlock(x: bigint): bigint {
  let inverse = 1n << 127n;
  let power = x;
  for (let bit = 1; bit < 128; bit++) {
    power = multiplyBlocks(power, power);
    inverse = multiplyBlocks(inverse, power);
  }
  return inverse;
}

/** The standard's algorithm 2 over two parts, each padded, and the block of their lengths. */
export function referenceGhash(hashKey: Uint8Array, additionalData: Uint8Array, data: Uint8Array): Uint8Array {
  const key = toNumber(hashKey);
  let hash = 0n;
  for (const block of [...paddedBlocks(additionalData), ...paddedBlocks(data)]) {
    hash = multiplyBlocks(hash ^ block, key);
  }
  const lengths = (BigInt(additionalData.length * 8) << 64n) | BigInt(data.length * 8);
  return toBytes(multiplyBlocks(hash ^ lengths, key));
}

function paddedBlocks(bytes: Uint8Array): bigint[] {
  const blocks: bigint[] = [];
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const block = new Uint8Array(16);
    block.set(bytes.subarray(offset, offset + 16));
    blocks.push(toNumber(block));
  }
  return blocks;
}

/** 16 bytes as a number. */
export function toNumber(block: Uint8Array): bigint {
  return block.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** The 16 bytes of a number. */
export function toBytes(number: bigint): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, index) => Number((number >> BigInt(120 - 8 * index)) & 0xffn));
}
