import { describeKey } from "../../core/master-key.ts";
import type { MasterKey, MasterKeyKind } from "../../core/metadata.ts";
import { SopsError } from "../../errors.ts";
import { quoted } from "../../keys/service-error.ts";
import { keyContextOf } from "../../sops.ts";
import type { Command, CommandContext } from "../command.ts";
import { explaining } from "../explain.ts";
import { startKeyService, type KeyTask } from "../key-service/server.ts";
import { operationOptions } from "../operation-options.ts";

/** Serves this machine's keys until a signal ends it. */
export const keyservice: Command = async (context) => {
  const { flags, log } = context;
  const network = flags.text("network");
  const ended = endingSignal();
  const isAllowed = flags.boolean("prompt") ? askingPerson(context) : async () => true;
  const service = await explaining({ GENERIC: { doing: "Error running keyservice" } }, () =>
    startKeyService({
      network,
      address: flags.text("address"),
      // Nothing is kept from one request to the next: rights may be withdrawn while the service runs.
      newContext: () => keyContextOf({ ...operationOptions(context), keyCache: new Map() }),
      isAllowed,
    }),
  );
  log.line("info", `Listening on ${network}://${service.address}`, {}, "KEYSERVICE");
  const signal = await ended;
  log.line("info", `Caught signal ${signal}: shutting down.`, {}, "KEYSERVICE");
  service.close();
  return {};
};

/** The name, in Go's words, of the first signal that asks for an end. */
function endingSignal(): Promise<string> {
  return new Promise((done) => {
    process.once("SIGINT", () => done("interrupt"));
    process.once("SIGTERM", () => done("terminated"));
  });
}

/** Asks the person at the terminal for one request after the other. Without an answer there is no permission. */
function askingPerson({ print, readLine }: CommandContext): (task: KeyTask, key: MasterKey) => Promise<boolean> {
  let last: Promise<boolean> = Promise.resolve(true);
  const ask = async (task: KeyTask, key: MasterKey): Promise<boolean> => {
    for (;;) {
      print(`\nReceived ${task} request using ${keyInWords(key)}. Respond to request? (y/n): `);
      const answer = (await readLine())?.trim();
      if (answer === "y" || answer === "n") return answer === "y";
      if (answer === undefined) throw new SopsError("GENERIC", "EOF: there is nobody to ask");
    }
  };
  return (task, key) => {
    last = last.then(
      () => ask(task, key),
      () => ask(task, key),
    );
    return last;
  };
}

/** A key as the question names it; what came over the network must not steer the terminal. */
function keyInWords(key: MasterKey): string {
  return `${kindsInWords[key.kind]} ${quoted(key.kind === "kms" ? key.arn : describeKey(key))}`;
}

/** @see sops keyservice/server.go; there an age key is an unknown type */
const kindsInWords: Readonly<Record<MasterKeyKind, string>> = {
  age: "age key with recipient",
  pgp: "PGP key with fingerprint",
  kms: "AWS KMS key with ARN",
  gcp_kms: "GCP KMS key with resource ID",
  azure_kv: "Azure Key Vault key with URL",
  hc_vault: "Hashicorp Vault key with URI",
  hckms: "HuaweiCloud KMS key with ID",
};
