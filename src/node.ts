/**
 * sops-ts where there are files and processes (Node, Deno, Bun): all of `sops-ts`, operations on files and their creation rules, and
 * the platform and cipher of the runtime, to build one's own on.
 *
 * @packageDocumentation
 * @module sops-ts/node
 */
export * from "./index.ts";
export {
  type ConfigOptions,
  creationRule,
  decryptFile,
  type DecryptFileOptions,
  encryptFile,
  type EncryptFileOptions,
  updateFile,
} from "./files.ts";
export type { CreationRule } from "./config/creation-rule.ts";
export { nodeCipher, nodePlatform } from "./runtime.ts";
