import { askOnce } from "./ask-once.ts";
import { missingPackage } from "./missing-package.ts";
import type { RemoteTask } from "./remote-task.ts";
import { SopsError } from "../errors.ts";
import { reasonOf, ServiceError } from "./service-error.ts";

/** What is wanted of Google Cloud, and by whom. */
export interface GoogleAccess {
  readonly scopes: readonly string[];
  /** A credentials file's content. Default: the application default credentials. */
  readonly credentials?: object | undefined;
  /** What needs the package google-auth-library, such as `GCP KMS keys`. */
  readonly user: string;
  /** What helps where there are no credentials. */
  readonly hint: string;
}

/** Nobody waits for a token any longer when the time of its task is over; this is when the request for it ends. */
const tokenTimeoutMs = 30_000;

/**
 * The headers that say to Google Cloud who asks.
 *
 * @throws SopsError `MISSING_OPTIONAL_DEPENDENCY`; ServiceError when there are no credentials, or they give no token
 */
export async function googleHeaders(access: GoogleAccess, task: RemoteTask): Promise<Record<string, string>> {
  const { scopes, credentials, user, hint } = access;
  const client = await askOnce(task.context, `google: client ${scopes.join(" ")}`, async () => {
    const { GoogleAuth } = await loadGoogleAuth(user);
    const fetchImplementation: typeof fetch = (input, init) =>
      task.fetch(input instanceof Request ? input.url : String(input), init);
    const transporterOptions = { fetchImplementation, timeout: tokenTimeoutMs };
    const settings = { scopes: [...scopes], clientOptions: { transporterOptions } };
    return new GoogleAuth({ ...settings, ...(credentials && { credentials }) });
  });
  try {
    const headers = Object.fromEntries(new Headers(await client.getRequestHeaders()));
    task.hide(headers["authorization"]?.replace(/^Bearer /, "") ?? "");
    return headers;
  } catch (error) {
    if (error instanceof SopsError) throw error;
    throw new ServiceError(`there are no credentials for Google Cloud: ${reasonOf(error)}`, { hint });
  }
}

/** What is used of google-auth-library. */
export interface GoogleAuthPackage {
  readonly GoogleAuth: new (options: {
    scopes: string[];
    clientOptions: { transporterOptions: { fetchImplementation: typeof fetch; timeout: number } };
    credentials?: object;
  }) => { getRequestHeaders(): Promise<HeadersInit> };
}

async function loadGoogleAuth(user: string): Promise<GoogleAuthPackage> {
  try {
    return (await import("google-auth-library" as string)) as GoogleAuthPackage;
  } catch (error) {
    throw missingPackage("google-auth-library", user, error);
  }
}
