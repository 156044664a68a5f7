import type { Destination } from "../../config/destination-rule.ts";
import { googleHeaders } from "../../keys/google-credentials.ts";
import { sendForJson, textField } from "../../keys/http.ts";
import type { RemoteTask } from "../../keys/remote-task.ts";
import { ServiceError } from "../../keys/service-error.ts";
import type { Upload } from "./place.ts";

/**
 * Puts a file into a bucket, with the application default credentials; at the emulator of `STORAGE_EMULATOR_HOST` without any.
 *
 * @throws SopsError
 */
export async function uploadToGcs(
  { bucket, prefix }: Extract<Destination, { kind: "gcs" }>,
  { content, name }: Upload,
  task: RemoteTask,
): Promise<void> {
  const emulator = task.context.platform.env("STORAGE_EMULATOR_HOST");
  const base = emulator ? emulatorUrl(emulator) : "https://storage.googleapis.com";
  const query = new URLSearchParams({ uploadType: "media", name: `${prefix}${name}` });
  const url = `${base}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query.toString()}`;
  const headers = {
    ...(emulator ? {} : await googleHeaders(access, task)),
    // All that is published here is text.
    "content-type": "text/plain; charset=utf-8",
  };
  const answer = await sendForJson({ method: "POST", url, headers, body: content }, task).catch(withHint);
  // A page that lets one into the network answers with success, too.
  textField(answer, "name", url);
}

const access = {
  scopes: ["https://www.googleapis.com/auth/devstorage.read_write"],
  user: "Destinations in Google Cloud Storage",
  hint: "Log in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to a file.",
};

function emulatorUrl(host: string): string {
  return (/^https?:\/\//.test(host) ? host : `http://${host}`).replace(/\/+$/, "");
}

/** @throws the same error, with what may help */
function withHint(error: unknown): never {
  if (!(error instanceof ServiceError) || error.status === undefined) throw error;
  const hint = hints[error.status];
  throw hint === undefined ? error : new ServiceError(error.message, { status: error.status, hint });
}

const hints: Readonly<Record<number, string>> = {
  401: `The credentials are wrong or out of date. ${access.hint}`,
  403: "Who publishes needs the role roles/storage.objectAdmin for this bucket.",
  404: "gcs_bucket of the destination rule names no bucket that there is.",
};
