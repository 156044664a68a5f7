import { decodeUtf8Replacing, encodeUtf8 } from "../../bytes.ts";
import { Branch, Comment, type Value } from "../../core/tree.ts";
import { SopsError } from "../../errors.ts";
import { vaultFetch, vaultHeaders, vaultRetries, vaultTimeoutMs, vaultToken } from "../../keys/hc-vault/environment.ts";
import { jsonOf, type Requester, send, type ServiceAnswer } from "../../keys/http.ts";
import { ServiceError } from "../../keys/service-error.ts";
import { loadStore } from "../../stores/registry.ts";
import type { Store } from "../../stores/store.ts";
import { type Upload, uploadMs, vaultAddress, type VaultDestination, vaultPath } from "./place.ts";

/** Called with the path of a secret. */
export interface VaultNotes {
  /** It is there already, with the same data, and stays as it is. */
  readonly upToDate: (path: string) => void;
  /** Whether it is there cannot be found out. */
  readonly unreadable: (path: string) => void;
}

/**
 * The documents of a file as one JSON object, in which a key of a later document takes the place of an earlier one. Mappings in lists
 * are objects like all others.
 */
export async function valuesAsJson(branches: readonly Branch[]): Promise<Uint8Array> {
  const merged = new Branch();
  const items = branches.flatMap((branch) => branch.items);
  const last = new Map(items.flatMap((item) => (item instanceof Comment ? [] : [[item.key, item] as const])));
  merged.items.push(...last.values());
  return (await loadStore("json")).emit([merged]);
}

/**
 * Writes the values of a file to the KV engine, unless the same ones are there.
 *
 * @param upload - its content is a JSON object
 * @throws SopsError
 * @see sops publish/vault.go
 */
export async function uploadToVault(
  destination: VaultDestination,
  { content, name, context }: Upload,
  notes: VaultNotes,
): Promise<void> {
  const { platform } = context;
  const path = vaultPath(destination, name);
  const url = `${vaultAddress(destination, platform)}/v1/${path.split("/").map(encodeURIComponent).join("/")}`;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new SopsError("INVALID_CONFIG", `${JSON.stringify(url)} is not an address of Vault`, {
      hint: "vault_address has the form https://HOST:PORT.",
    });
  }
  const requester: Requester = {
    fetch: await vaultFetch(context),
    signal: AbortSignal.timeout(vaultTimeoutMs(platform) ?? uploadMs),
  };
  const token = await vaultToken(platform);
  const namespace = platform.env("VAULT_NAMESPACE");
  const headers = {
    ...vaultHeaders(platform),
    "content-type": "application/json",
    "x-vault-request": "true",
    ...(token ? { "x-vault-token": token } : {}),
    ...(namespace ? { "x-vault-namespace": namespace } : {}),
  };
  const request = { url, headers, maxRetries: vaultRetries(platform) };
  const found = await send({ ...request, method: "GET" }, requester).catch(ignoreServiceError);
  if (found === undefined || (found.status !== 404 && found.status >= 300)) notes.unreadable(path);
  if (found?.status === 200 && (await isSame(found, content, destination.version))) return notes.upToDate(path);
  const json = decodeUtf8Replacing(content);
  const body = destination.version === 1 ? json : `{"data":${json}}`;
  const answer = await send({ ...request, method: "PUT", body }, requester);
  if (answer.status === 204) return;
  // It throws when Vault has refused.
  jsonOf(answer, url);
}

function ignoreServiceError(error: unknown): undefined {
  if (!(error instanceof ServiceError)) throw error;
}

async function isSame(answer: ServiceAnswer, content: Uint8Array, version: 1 | 2): Promise<boolean> {
  const store = await loadStore("json");
  const [answered, wanted] = [encodeUtf8(answer.text), content].map((bytes) => firstDocument(store, bytes));
  const outer = memberOf(answered, "data");
  const present = version === 1 ? outer : memberOf(outer, "data");
  return present !== undefined && wanted !== undefined && canonical(present, store) === canonical(wanted, store);
}

/** Undefined when the bytes are no JSON object. */
function firstDocument(store: Store, bytes: Uint8Array): Branch | undefined {
  try {
    return store.load(bytes)[0];
  } catch (error) {
    if (error instanceof SopsError) return undefined;
    throw error;
  }
}

function memberOf(value: Value | undefined, key: string): Value | undefined {
  if (!(value instanceof Branch)) return undefined;
  for (const item of value.items) if (!(item instanceof Comment) && item.key === key) return item.value;
  return undefined;
}

/** A text that two values share when they are equal, whatever the order of their keys. Numbers keep all their digits. */
function canonical(value: Value, store: Store): string {
  if (value instanceof Branch) {
    const members = value.items.flatMap((item) =>
      item instanceof Comment ? [] : [`${JSON.stringify(item.key)}:${canonical(item.value, store)}`],
    );
    return `{${members.toSorted().join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map((element) => canonical(element, store)).join(",")}]`;
  return typeof value === "string" ? JSON.stringify(value) : decodeUtf8Replacing(store.emitValue(value));
}
