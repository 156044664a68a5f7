/**
 * Random bytes for many small requests, such as the IVs of a file's values: draws `poolBytes` at a time, since a call of the
 * platform's source costs as much as sealing a value. What has been handed out is erased from the pool.
 *
 * @param draw - the platform's cryptographic random source
 */
export function pooledRandomBytes(draw: (length: number) => Uint8Array): (length: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (length) => {
    if (length > poolBytes / 8) return draw(length);
    if (used + length > pool.length) {
      pool = draw(poolBytes);
      used = 0;
    }
    const bytes = pool.slice(used, used + length);
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  };
}

const poolBytes = 4096;
