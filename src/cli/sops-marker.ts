import { closeSync, openSync, readSync } from "node:fs";

/** A name that all metadata has, in every format. */
const marker = "lastmodified";

const chunkBytes = 2 ** 20;

/**
 * Whether a file's metadata may be in it. Most files of a repository are others, and some too large to be taken into memory.
 *
 * @param path - absolute
 * @throws the system's error when the file cannot be read
 */
export function mayBeEncrypted(path: string): boolean {
  const descriptor = openSync(path, "r");
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let kept = 0;
    for (;;) {
      const read = readSync(descriptor, chunk, kept, chunkBytes - kept, null);
      if (chunk.subarray(0, kept + read).includes(marker)) return true;
      if (read === 0) return false;
      // The marker may lie across two chunks.
      const end = kept + read;
      kept = Math.min(marker.length - 1, end);
      chunk.copyWithin(0, end - kept, end);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The same for what was read already. */
export function showsMarker(content: Uint8Array): boolean {
  return Buffer.from(content.buffer, content.byteOffset, content.length).includes(marker);
}
