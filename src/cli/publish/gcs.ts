import type { Destination } from "../../config/destination-rule.ts";
import { environmentFetch } from "../../keys/environment-fetch.ts";
import { type Fetch, originOf } from "../../keys/http.ts";
import { missingPackage } from "../../keys/missing-package.ts";
import { connectionFailure, reasonOf, ServiceError } from "../../keys/service-error.ts";
import { type Upload, uploadMs } from "./place.ts";

/**
 * Puts a file into a bucket, with the application default credentials; at the emulator of `STORAGE_EMULATOR_HOST` without any.
 *
 * @throws SopsError
 */
export async function uploadToGcs(
  { bucket, prefix }: Extract<Destination, { kind: "gcs" }>,
  { content, name, context }: Upload,
): Promise<void> {
  const fetch = environmentFetch(context);
  const emulator = context.platform.env("STORAGE_EMULATOR_HOST");
  const base = emulator ? emulatorUrl(emulator) : "https://storage.googleapis.com";
  const query = new URLSearchParams({ uploadType: "media", name: `${prefix}${name}` });
  const url = `${base}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query.toString()}`;
  const headers = {
    ...(emulator ? {} : await credentialHeaders(fetch)),
    // All that is published here is text.
    "content-type": "text/plain; charset=utf-8",
  };
  const body = new Uint8Array(content);
  const signal = AbortSignal.timeout(uploadMs);
  const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal }).catch(
    (error: unknown) => {
      throw connectionFailure(originOf(url), error);
    },
  );
  await answer.body?.cancel();
  if (!answer.ok) throw refused(answer.status, originOf(url));
}

function emulatorUrl(host: string): string {
  return (/^https?:\/\//.test(host) ? host : `http://${host}`).replace(/\/+$/, "");
}

async function credentialHeaders(fetchImplementation: Fetch): Promise<Record<string, string>> {
  const { GoogleAuth } = await import("google-auth-library").catch((error: unknown) => {
    throw missingPackage("google-auth-library", "Destinations in Google Cloud Storage", error);
  });
  const transport: typeof fetch = (input, init) =>
    fetchImplementation(input instanceof Request ? input.url : String(input), init);
  const auth = new GoogleAuth({
    scopes: ["https://www.googleapis.com/auth/devstorage.read_write"],
    clientOptions: { transporterOptions: { fetchImplementation: transport, timeout: uploadMs } },
  });
  try {
    return Object.fromEntries(new Headers(await auth.getRequestHeaders()));
  } catch (error) {
    throw new ServiceError(`there are no credentials for Google Cloud: ${reasonOf(error)}`, {
      hint: "Log in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to a file.",
    });
  }
}

function refused(status: number, place: string): ServiceError {
  const hint = hints[status];
  return new ServiceError(`${place} answered with status ${status}`, {
    status,
    ...(hint === undefined ? {} : { hint }),
  });
}

const hints: Readonly<Record<number, string>> = {
  401: "The credentials are wrong or out of date.",
  403: "Who publishes needs the role roles/storage.objectAdmin for this bucket.",
  404: "There is no such bucket.",
};
