import { cipher as noble } from "../../../src/crypto/noble.ts";

/** A request to a stand-in for a cloud. */
export interface CloudRequest {
  readonly method: string;
  /** Host and port, as the request names them. */
  readonly host: string;
  /** As it was sent, with its percent signs. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>> & {
    readonly authorization?: string | undefined;
  };
  readonly body: string;
}

/** The answer of a stand-in; a body that is no text is sent as JSON. */
export interface CloudAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A stand-in for a cloud: as much of it as a key source needs. */
export type Cloud = (request: CloudRequest) => CloudAnswer;

/** The key that all stand-ins seal with. */
const sealing = noble.aes256Gcm(noble.randomBytes(32));

/** Seals bytes for a label, such as the name of a key: only the same label opens them. Not the same twice. */
export function seal(plaintext: Uint8Array, label: string): Buffer {
  const iv = noble.randomBytes(12);
  return Buffer.concat([iv, sealing.seal(iv, plaintext, Buffer.from(label))]);
}

/** The inverse of {@link seal}; undefined when it was not sealed for this label. */
export function unseal(sealed: Uint8Array, label: string): Buffer | undefined {
  if (sealed.length < 28) return undefined;
  const plaintext = sealing.open(sealed.subarray(0, 12), sealed.subarray(12), Buffer.from(label));
  return plaintext && Buffer.from(plaintext);
}

/** The JSON object of a request's body; empty when there is none. */
export function jsonBody({ body }: CloudRequest): Record<string, string> {
  return body === "" ? {} : (JSON.parse(body) as Record<string, string>);
}

/** Keys with this word in their name may encrypt and not decrypt. */
export const encryptOnly = "encrypt-only";
