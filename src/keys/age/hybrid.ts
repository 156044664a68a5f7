import { messageOf } from "../../errors.ts";
import { encodeArmor } from "./armor.ts";
import { malformed } from "./malformed.ts";
import type { Identity } from "./stanza.ts";

/*
 * X25519 together with ML-KEM-768: the library's. It is loaded for these keys alone, since it makes tables for its curves first.
 */

const type = "mlkem768x25519";

/** @param text - `AGE-SECRET-KEY-PQ-1…` */
export function hybridIdentity(text: string): Identity {
  return {
    async unwrapFileKey(stanzas, header) {
      if (!stanzas.some(({ args }) => args[0] === type)) return null;
      const { Decrypter } = await import("age-encryption");
      const decrypter = new Decrypter();
      decrypter.addIdentity(text);
      // The library tells by its messages alone that no stanza was for the identity, so we look whether it came that far.
      let tried = false;
      decrypter.addIdentity({ unwrapFileKey: () => ((tried = true), null) });
      try {
        return await decrypter.decryptHeader(header);
      } catch (error) {
        if (tried) return null;
        throw malformed(messageOf(error));
      }
    },
  };
}

/**
 * Makes an armored age file.
 *
 * @param recipient - `age1pq1…`
 */
export async function encryptHybridAgeFile(plaintext: Uint8Array, recipient: string): Promise<string> {
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encodeArmor(await encrypter.encrypt(plaintext));
}
