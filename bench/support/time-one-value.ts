/*
 * Prints what sealing and opening one value costs, as JSON. Bundled by `one-value.ts`, to be run on any runtime.
 */
import { cipher as noble } from "../../src/crypto/noble.ts";
import { cipher as node } from "../../src/crypto/node.ts";
import { cost } from "./cost.ts";

const iv = node.randomBytes(32);
const plaintext = new Uint8Array(40).fill(0x61);
const additionalData = new TextEncoder().encode("services:db:password:");

const costs = [node, noble].map(({ name, aes256Gcm }) => {
  const aes = aes256Gcm(node.randomBytes(32));
  const sealed = aes.seal(iv, plaintext, additionalData);
  return {
    name,
    seal: cost(() => aes.seal(iv, plaintext, additionalData), 15).median,
    open: cost(() => aes.open(iv, sealed, additionalData), 15).median,
  };
});
console.log(JSON.stringify(costs));
