import { decodeBase64, encodeBase64 } from "../../crypto/base64.ts";

/** Base64 without padding, as stanzas have it. */
export function encodeUnpadded(bytes: Uint8Array): string {
  return encodeBase64(bytes).replace(/=+$/, "");
}

/** The inverse of {@link encodeUnpadded}; undefined for any text that it does not give. */
export function decodeUnpadded(text: string): Uint8Array | undefined {
  const bytes = decodeBase64(text + "=".repeat(-text.length & 3));
  return bytes !== undefined && encodeUnpadded(bytes) === text ? bytes : undefined;
}
