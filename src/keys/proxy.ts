/**
 * The proxy for a URL, by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in upper or lower case; undefined when it is asked directly.
 * This computer itself is always asked directly.
 *
 * @see golang.org/x/net/http/httpproxy, which sops goes by
 */
export function proxyFor(url: string, env: (name: string) => string | undefined): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === "https:" ? "https" : "http";
  const proxy = either(env, `${scheme}_proxy`);
  if (proxy === undefined) return undefined;
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isThisComputer(host)) return undefined;
  const target = { host, port: port === "" ? (scheme === "https" ? "443" : "80") : port };
  const exceptions = (either(env, "no_proxy") ?? "").split(",").map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => entry !== "" && isFor(entry, target))) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

function either(env: (name: string) => string | undefined, name: string): string | undefined {
  return env(name.toUpperCase()) || env(name) || undefined;
}

function isThisComputer(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d+){3}$/.test(host);
}

interface Target {
  readonly host: string;
  readonly port: string;
}

/** Whether an entry of `NO_PROXY` is for a host: `*`, a network, or a domain with all below it, perhaps with a port. */
function isFor(entry: string, target: Target): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInNetwork(target.host, entry);
  const [, name = "", port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (port !== undefined && port !== target.port) return false;
  const domain = name.replace(/^\*(?=\.)/, "");
  return domain.startsWith(".")
    ? target.host.endsWith(domain)
    : target.host === domain || target.host.endsWith(`.${domain}`);
}

/** @param network - IPv4, such as `10.0.0.0/8` */
function isInNetwork(host: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  const [address, start] = [ipv4Number(host), ipv4Number(base)];
  if (address === undefined || start === undefined || !/^\d+$/.test(bits) || Number(bits) > 32) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(start / size);
}

function ipv4Number(text: string): number | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  return text.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
