import { decodeUtf8Replacing, encodeUtf8 } from "../../bytes.ts";
import { Branch, Comment, type Value } from "../../core/tree.ts";
import { SopsError } from "../../errors.ts";
import { sendToVault, vaultJson, type VaultHints } from "../../keys/hc-vault/client.ts";
import { vaultToken } from "../../keys/hc-vault/environment.ts";
import { isObject, originOf, type ServiceAnswer } from "../../keys/http.ts";
import type { RemoteTask } from "../../keys/remote-task.ts";
import { quoted, ServiceError } from "../../keys/service-error.ts";
import { loadStore } from "../../stores/registry.ts";
import type { Store } from "../../stores/store.ts";
import { type Upload, vaultServer, type VaultDestination, vaultPath, withoutUser } from "./place.ts";

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
  { content, name }: Upload,
  task: RemoteTask,
  notes: VaultNotes,
): Promise<void> {
  const { platform } = task.context;
  for (const text of textsIn(JSON.parse(decodeUtf8Replacing(content)))) task.hide(text);
  const path = vaultPath(destination, name);
  const request = { url: urlOf(vaultServer(destination, platform), path), token: await vaultToken(platform) };
  const found = await sendToVault({ ...request, method: "GET" }, task).catch((error: unknown) => {
    // Writing tells what is wrong, unless it was this once.
    if (!(error instanceof ServiceError) || task.signal.aborted) throw error;
  });
  if (found === undefined || (found.status !== 404 && found.status >= 300)) notes.unreadable(path);
  if (found?.status === 200 && (await isSame(found, content, destination.version))) return notes.upToDate(path);
  const json = decodeUtf8Replacing(content);
  const body = destination.version === 1 ? json : `{"data":${json}}`;
  const answer = await sendToVault({ ...request, method: "PUT", body }, task);
  if (answer.status === 204) return;
  const { data } = vaultJson(answer, request, hints);
  // A page that lets one into the network answers with success, too.
  if (destination.version === 2 && !(isObject(data) && typeof data["version"] === "number")) {
    throw new ServiceError(`${originOf(request.url)} answered without a "version": that was no KV engine`);
  }
}

/** What an answer that repeats the request may show of a value: its lines, also as JSON writes them. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "object" && value !== null) for (const part of Object.values(value)) yield* textsIn(part);
  else if (typeof value === "number") yield String(value);
  else if (typeof value === "string") {
    for (const line of value.split(/[\r\n]+/)) yield* [line, JSON.stringify(line).slice(1, -1), quoted(line)];
  }
}

/** Slashes more than one are one, as with Vault's own client. */
function urlOf(address: string, path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  const url = `${address}/v1/${parts.map(encodeURIComponent).join("/")}`;
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
  throw new SopsError("INVALID_CONFIG", `${JSON.stringify(withoutUser(address))} is not an address of Vault`, {
    hint: "vault_address and VAULT_ADDR have the form https://HOST:PORT.",
  });
}

const hints: VaultHints = {
  rights: "create and update",
  byStatus: {
    404:
      "At this path there is no KV engine (vault_kv_mount_name), or one of another version (vault_kv_version), " +
      "or it is in another namespace (VAULT_NAMESPACE).",
  },
};

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
