import { encodeUtf8 } from "../../bytes.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { hmacSha256 } from "../../crypto/hmac.ts";

/** A request as the signature sees it. */
export interface SignedRequest {
  readonly method: "GET" | "POST";
  /** Without query; may be given with or without percent signs where nothing needs any. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Those that are signed; a content type is not. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An access key and its secret. */
export interface SigningKey {
  /** The access key id, `AK`. */
  readonly accessKey: string;
  /** The secret that belongs to it, `SK`. */
  readonly secretKey: string;
  /** The token of temporary credentials. Default: none. */
  readonly securityToken?: string;
}

/**
 * The headers of a request with those that sign it, by `SDK-HMAC-SHA256`.
 *
 * @see https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html
 */
export function signedHeaders(
  { method, path, query, headers, body }: SignedRequest,
  { accessKey, secretKey, securityToken }: SigningKey,
  { cipher, now }: { readonly cipher: Cipher; readonly now: Date },
): Record<string, string> {
  const date = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const signed: Record<string, string> = {
    ...headers,
    "x-sdk-date": date,
    ...(securityToken === undefined ? {} : { "x-security-token": securityToken }),
  };
  const names = Object.keys(signed).toSorted();
  const hash = (text: string): string => hex(cipher.sha256(encodeUtf8(text)));
  const canonical = [
    method,
    path.endsWith("/") ? path : `${path}/`,
    canonicalQuery(query),
    ...names.map((name) => `${name}:${signed[name]?.trim()}`),
    "",
    names.join(";"),
    hash(body),
  ].join("\n");
  const text = `SDK-HMAC-SHA256\n${date}\n${hash(canonical)}`;
  const signature = hex(hmacSha256(cipher, encodeUtf8(secretKey), encodeUtf8(text)));
  const authorization = `SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...signed, authorization };
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  return pairs.toSorted().join("&");
}

/** All but letters, digits and `-_.~` (RFC 3986). */
function percentEncode(text: string): string {
  const encode = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, encode);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
