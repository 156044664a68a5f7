import { cipher } from "#cipher";
import { platform } from "#platform";
import type { Cipher } from "./crypto/cipher.ts";
import type { Platform } from "./platform/platform.ts";

/**
 * The files, environment, processes and terminal of the runtime, which operations use by themselves: to build another on, such as
 * `{ ...nodePlatform, env: (name) => settings[name] }`.
 */
export const nodePlatform: Platform = platform;

/** The runtime's own cryptography, which operations use by themselves. */
export const nodeCipher: Cipher = cipher;
