import { encodeUtf8 } from "../bytes.ts";
import { encodeBase64 } from "../crypto/base64.ts";

/** A message in which secrets are hidden, as they are and in the forms in which a service may repeat them. */
export function without(secrets: Iterable<string>, message: string): string {
  let clean = message;
  for (const secret of secrets) {
    const forms = [secret, encodeBase64(encodeUtf8(secret)).replace(/=+$/, ""), encodeURIComponent(secret)];
    for (const form of forms) clean = clean.replaceAll(form, "[hidden]");
  }
  return clean;
}

/** The forms in which a request holds a data key. */
export function textsOf(dataKey: Uint8Array): string[] {
  const base64 = encodeBase64(dataKey).replace(/=+$/, "");
  return [base64, base64.replaceAll("+", "-").replaceAll("/", "_")];
}

const reasonCharacters = 500;

/** A reason that somebody else gave, no longer than a person reads. */
export function shortened(text: string): string {
  return text.length > reasonCharacters ? `${text.slice(0, reasonCharacters)}…` : text;
}
