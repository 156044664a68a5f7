import { decodeUtf8Replacing } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import type { Platform } from "../platform/platform.ts";
import { type Fetch, originOf } from "./http.ts";
import type { KeyContext } from "./key-source.ts";
import { missingPackage } from "./missing-package.ts";
import { proxyFor } from "./proxy.ts";
import { rememberProxy } from "./service-error.ts";

/** How a connection is secured, as far as it differs from what the runtime does by itself. All fields optional. */
export interface TlsSettings {
  /** The certificates that are trusted, PEM. Default: those of the runtime. */
  readonly ca?: readonly string[];
  /** The client's own certificate, PEM. */
  readonly cert?: string;
  /** The key of `cert`, PEM. */
  readonly key?: string;
  /** The name that the server's certificate has to be for. Default: the host that is asked. */
  readonly servername?: string;
  /** Trust any certificate. Default: false. */
  readonly trustAny?: boolean;
}

/** What a source may have settings of its own for; all fields optional. */
export interface EnvironmentFetchSettings {
  readonly tls?: TlsSettings;
  /** The URL of a proxy for all requests. Default: by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly proxy?: string;
}

/**
 * A `fetch` that goes through the proxies of the environment, and trusts the certificates of `SSL_CERT_FILE`: the runtime's own
 * does neither. Where neither is set it is the runtime's own; otherwise the package undici makes the requests.
 */
export function environmentFetch({ platform }: KeyContext, settings: EnvironmentFetchSettings = {}): Fetch {
  const dispatchers = new Map<string, Dispatcher>();
  return async (url, init = {}) => {
    const proxy = settings.proxy ?? proxyFor(url, (name) => platform.env(name));
    const tls = await tlsFor(url, platform, settings.tls);
    if (proxy === undefined && tls === undefined) return fetchDirectly(url, init);
    const undici = await loadUndici();
    const route = proxy ?? "";
    const dispatcher = dispatchers.get(route) ?? dispatcherFor(undici, proxy, tls);
    dispatchers.set(route, dispatcher);
    // A tunnel that is being made does not end with the request that it is for, and would keep the process from ending.
    const end = (): void => {
      dispatchers.delete(route);
      void dispatcher.destroy();
    };
    init.signal?.addEventListener("abort", end, { once: true });
    try {
      return await undici.fetch(url, { ...init, dispatcher });
    } catch (error) {
      if (proxy !== undefined) rememberProxy(error, originOf(proxy));
      throw error;
    } finally {
      init.signal?.removeEventListener("abort", end);
    }
  };
}

/** Bun's own `fetch` would go through `HTTP_PROXY` all the same, with what is for this computer or excepted by `NO_PROXY`. */
function fetchDirectly(url: string, init: RequestInit): Promise<Response> {
  const direct = { ...init, proxy: false };
  return fetch(url, direct);
}

interface Dispatcher {
  destroy(): Promise<void>;
}

/** What is used of undici. */
interface Undici {
  readonly fetch: (url: string, init: RequestInit & { readonly dispatcher: unknown }) => Promise<Response>;
  readonly Agent: new (options: { connect: object }) => Dispatcher;
  readonly Pool: new (origin: URL, options: object) => Tunneller;
  readonly ProxyAgent: new (options: {
    uri: string;
    requestTls: object;
    proxyTls: object;
    clientFactory: (origin: URL, options: object) => Tunneller;
  }) => Dispatcher;
}

/** What asks a proxy for tunnels. */
interface Tunneller {
  connect(request: object): Promise<unknown>;
}

async function loadUndici(): Promise<Undici> {
  try {
    // The package's own types would bring those of Node with them, which this library must not use; likewise elsewhere.
    return (await import("undici/index.js" as string)) as Undici;
  } catch (error) {
    throw missingPackage("undici", "proxies (HTTPS_PROXY) and certificates of one's own (SSL_CERT_FILE)", error);
  }
}

function dispatcherFor(undici: Undici, proxy: string | undefined, tls: TlsSettings = {}): Dispatcher {
  const { trustAny, ...own } = tls;
  const connect = { ...own, ...(trustAny === true ? { rejectUnauthorized: false } : {}) };
  if (proxy === undefined) return new undici.Agent({ connect });
  return new undici.ProxyAgent({
    uri: proxy,
    requestTls: connect,
    proxyTls: own.ca === undefined ? {} : { ca: own.ca },
    clientFactory: (origin, options) => failingForGood(new undici.Pool(origin, options)),
  });
}

/** Where a proxy cuts the connection, undici would ask it again at once, and for ever: it does so after this very error. */
function failingForGood(tunneller: Tunneller): Tunneller {
  const connect = tunneller.connect.bind(tunneller);
  tunneller.connect = async (request) => {
    try {
      return await connect(request);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "UND_ERR_SOCKET")) throw error;
      throw Object.assign(new SopsError("GENERIC", "the proxy cut the connection"), { code: "ECONNRESET" });
    }
  };
  return tunneller;
}

async function tlsFor(url: string, platform: Platform, own: TlsSettings | undefined): Promise<TlsSettings | undefined> {
  if (!url.startsWith("https:")) return undefined;
  if (own?.ca !== undefined) return own;
  const ca = await environmentCertificates(platform);
  return ca === undefined ? own : { ...own, ca };
}

/** Where systems keep the certificates that they trust, each a file. */
const systemBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** The certificates of `SSL_CERT_FILE` and, as with sops, those of the system; undefined where it is not set. */
export async function environmentCertificates(platform: Platform): Promise<readonly string[] | undefined> {
  const own = await fileNamedBy("SSL_CERT_FILE", platform);
  if (own === undefined) return undefined;
  for (const bundle of systemBundles) {
    const trusted = await platform.readFileIfExists(bundle);
    if (trusted !== undefined) return [own, decodeUtf8Replacing(trusted)];
  }
  return [own];
}

/**
 * The text of the file whose path a variable holds; undefined where it is not set.
 *
 * @throws SopsError when there is no such file
 */
export async function fileNamedBy(variable: string, platform: Platform): Promise<string | undefined> {
  const path = platform.env(variable);
  if (!path) return undefined;
  const content = await platform.readFileIfExists(path);
  if (content !== undefined) return decodeUtf8Replacing(content);
  throw new SopsError("GENERIC", `${variable} names ${path}, and there is no such file`);
}
