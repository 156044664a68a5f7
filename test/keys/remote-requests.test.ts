import { describe, expect, it } from "vitest";
import type { MasterKey } from "../../src/core/metadata.ts";
import { unwrapDataKey, wrapDataKey } from "../../src/keys/data-key.ts";
import type { KeyContext, KeySources } from "../../src/keys/key-source.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import type { CloudRequest } from "../support/cloud/stand-in.ts";
import { contextIn, type RemoteSample, remoteSamples } from "./remote-samples.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1);

/** How many keys a file has. */
const count = 8;

/** Whether a request is to wrap or to unwrap; those of people who have not said who they are do not count. */
function isTo(verb: "encrypt" | "decrypt", { path, headers }: CloudRequest): boolean {
  if (headers.authorization === undefined && headers["x-vault-token"] === undefined) return false;
  return `${path} ${String(headers["x-amz-target"])}`.toLowerCase().includes(verb);
}

/** Keys of one sample at its server, and a context of whoever may use them. */
async function keysOf(sample: RemoteSample, server: RunningServer): Promise<{ keys: MasterKey[]; open(): KeyContext }> {
  const source = sample.source(() => server.url);
  const text = sample.text(server.url);
  // Names that differ in their last part alone.
  const texts = Array.from({ length: count }, (_, index) => text.replace(/[^/:]+$/, (name) => `${name}${index}`));
  const keys = (await source.parse(texts.join(","), contextIn({}))) as MasterKey[];
  expect(keys).toHaveLength(count);
  const keySources = { [source.kind]: source } as KeySources;
  return { keys, open: () => ({ ...contextIn(sample.env(server.url)), keySources }) };
}

/** Lets requests pass when there are as many of them at once as there are keys; before that they wait. */
function meeting(expected: number): { readonly gate: (request: CloudRequest) => Promise<void>; most: () => number } {
  let waiting: (() => void)[] = [];
  let most = 0;
  return {
    most: () => most,
    gate: async (request) => {
      if (!isTo("encrypt", request)) return;
      const passed = new Promise<void>((pass) => waiting.push(pass));
      most = Math.max(most, waiting.length);
      if (waiting.length === expected) {
        for (const pass of waiting) pass();
        waiting = [];
      }
      await passed;
    },
  };
}

describe.each(remoteSamples)("$name", (sample) => {
  it("wraps for all keys of a file at once", async () => {
    const { gate, most } = meeting(count);
    const server = await serve(sample.cloud(), gate);
    const { keys, open } = await keysOf(sample, server);
    const file = { keyGroups: [keys], shamirThreshold: 0 };
    await wrapDataKey(file, dataKey, open());
    expect(most()).toBe(count);
    expect(await unwrapDataKey(file, open())).toEqual(dataKey);
    await server.stop();
  });

  it("is asked once for a ciphertext that many files share, one after the other and at once", async () => {
    const server = await serve(sample.cloud());
    const { keys, open } = await keysOf(sample, server);
    const file = { keyGroups: [keys.slice(0, 1)], shamirThreshold: 0 };
    await wrapDataKey(file, dataKey, open());
    const unwraps = (): number => server.requests.filter((request) => isTo("decrypt", request)).length;
    const context = open();
    const copies = Array.from({ length: count }, () => structuredClone(file));
    for (const copy of copies) expect(await unwrapDataKey(copy, context)).toEqual(dataKey);
    expect(unwraps()).toBe(1);
    const other = open();
    const opened = await Promise.all(copies.map((copy) => unwrapDataKey(copy, other)));
    // Each has bytes of its own, to wipe when it is done.
    opened[0]?.fill(0);
    expect(opened.slice(1)).toEqual(copies.slice(1).map(() => dataKey));
    expect(unwraps()).toBe(2);
    await server.stop();
  });

  it("is asked again after it has failed", async () => {
    let failing = true;
    const cloud = sample.cloud();
    const server = await serve((request) => {
      return failing && isTo("decrypt", request) ? { status: 403, body: {} } : cloud(request);
    });
    const { keys, open } = await keysOf(sample, server);
    const file = { keyGroups: [keys.slice(0, 1)], shamirThreshold: 0 };
    await wrapDataKey(file, dataKey, open());
    const context = open();
    await expect(unwrapDataKey(file, context)).rejects.toThrow("403");
    failing = false;
    expect(await unwrapDataKey(file, context)).toEqual(dataKey);
    await server.stop();
  });
});

it("wraps for keys of all clouds at once", async () => {
  const { gate, most } = meeting(remoteSamples.length);
  const servers = await Promise.all(remoteSamples.map((sample) => serve(sample.cloud(), gate)));
  const parts = await Promise.all(
    remoteSamples.map((sample, index) => keysOf(sample, servers[index] as RunningServer)),
  );
  const variables = remoteSamples.map((sample, index) => sample.env(servers[index]?.url ?? ""));
  const context = {
    ...contextIn(Object.assign({}, ...variables) as Record<string, string>),
    keySources: Object.assign({}, ...parts.map(({ open }) => open().keySources)) as KeySources,
  };
  const file = { keyGroups: [parts.map(({ keys: [key] }) => key as MasterKey)], shamirThreshold: 0 };
  await wrapDataKey(file, dataKey, context);
  expect(most()).toBe(remoteSamples.length);
  await Promise.all(servers.map((server) => server.stop()));
});
