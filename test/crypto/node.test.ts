import type { Cipher } from "../../src/crypto/cipher.ts";
import { cipher as noble } from "../../src/crypto/noble.ts";
import { cipher as node } from "../../src/crypto/node.ts";
import { cipherContract } from "./cipher-contract.ts";
import { openssl } from "./openssl.ts";

cipherContract(node, noble, openssl);
cipherContract(noble, node, openssl);

/** The first messages under a key are OpenSSL's, all others ours: here they are others. */
const warm: Cipher = {
  ...node,
  name: "node, warm",
  aes256Gcm(key) {
    const aes = node.aes256Gcm(key);
    for (let message = 0; message < 40; message++) aes.seal(Uint8Array.of(1), new Uint8Array(1), new Uint8Array(0));
    return aes;
  },
};

cipherContract(warm, noble, openssl);
