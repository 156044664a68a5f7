import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeBech32 } from "../../src/keys/age/bech32.ts";

/** The texts of the stub's recipient and identity; what they hold does not matter to it. */
export const stubRecipient = encodeBech32("age1stub", Uint8Array.of(1, 2, 3));
export const stubIdentity = encodeBech32("AGE-PLUGIN-STUB-", Uint8Array.of(4, 5, 6));

/** A folder with the program `age-plugin-stub`, and the variables that it needs. */
export interface StubPlugin {
  /** For the environment of whoever starts it: `PATH` and its log. */
  readonly env: Readonly<Record<string, string>>;
  /** What the stub was told so far, a line a conversation or answer. */
  log(): string[];
}

/** Installs the stub below a folder. */
export function installStubPlugin(folder: string): StubPlugin {
  const [programs, log] = [join(folder, "plugins"), join(folder, "stub.log")];
  mkdirSync(programs);
  symlinkSync(fileURLToPath(new URL("stub-plugin.mjs", import.meta.url)), join(programs, "age-plugin-stub"));
  writeFileSync(log, "");
  const path = [programs, dirname(process.execPath), process.env["PATH"] ?? ""].join(":");
  return {
    env: { PATH: path, STUB_LOG: log },
    log: () => readFileSync(log, "utf8").split("\n").slice(0, -1),
  };
}
