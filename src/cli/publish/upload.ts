import type { Destination } from "../../config/destination-rule.ts";
import { vaultFetch, vaultTimeoutMs } from "../../keys/hc-vault/environment.ts";
import type { Fetch } from "../../keys/http.ts";
import type { KeyContext } from "../../keys/key-source.ts";
import { awsFetch } from "../../keys/kms/aws-environment.ts";
import { type RemoteTask, runRemoteTask } from "../../keys/remote-task.ts";
import type { Log } from "../log.ts";
import type { Upload } from "./place.ts";

/** How an upload is made. */
export interface UploadSettings {
  readonly context: KeyContext;
  readonly log: Log;
  /** How the message of a failure begins, such as `could not publish f.yaml to s3://b/f.yaml`. */
  readonly failure: string;
  /** Milliseconds that it may take, with all the requests that it needs. Default: `VAULT_CLIENT_TIMEOUT` for Vault, else 120,000. */
  readonly timeoutMs?: number;
}

const uploadMs = 120_000;

/**
 * Sends a file to its destination.
 *
 * @throws SopsError which names the cause and no credential
 */
export function upload(destination: Destination, file: Upload, settings: UploadSettings): Promise<void> {
  const { context, failure, log } = settings;
  const ownMs = destination.kind === "vault" ? (): number | undefined => vaultTimeoutMs(context.platform) : undefined;
  return runRemoteTask(
    {
      context,
      failure: { words: failure, code: "GENERIC" },
      timeoutMs: () => settings.timeoutMs ?? ownMs?.() ?? uploadMs,
      fetch: () => fetchFor(destination, context),
    },
    (task) => uploadTo(destination, file, task, log),
  );
}

function fetchFor({ kind }: Destination, context: KeyContext): Promise<Fetch> | undefined {
  switch (kind) {
    case "s3":
      return awsFetch(context);
    case "gcs":
      return undefined;
    case "vault":
      return vaultFetch(context);
  }
}

async function uploadTo(destination: Destination, file: Upload, task: RemoteTask, log: Log): Promise<void> {
  switch (destination.kind) {
    case "s3":
      return (await import("./s3.ts")).uploadToS3(destination, file, task);
    case "gcs":
      return (await import("./gcs.ts")).uploadToGcs(destination, file, task);
    case "vault":
      return (await import("./vault-kv.ts")).uploadToVault(destination, file, task, {
        upToDate: (path) => log.line("info", `Secret in ${path} is already up-to-date.\n`, {}, "PUBLISH"),
        unreadable: (path) =>
          log.line(
            "warning",
            `Cannot check if destination secret already exists in ${path}. ` +
              "New version will be created even if the data has not been changed.",
            {},
            "PUBLISH",
          ),
      });
  }
}
