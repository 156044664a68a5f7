import { describe, expect, it } from "vitest";
import { proxyFor } from "../../src/keys/proxy.ts";

type Case = readonly [title: string, url: string, env: Record<string, string>, proxy: string | undefined];

const corporate = "http://proxy.example:3128";

const cases: readonly Case[] = [
  ["none is set", "https://kms.example", {}, undefined],
  ["one for https is set", "https://kms.example", { HTTPS_PROXY: corporate }, corporate],
  ["one for http is set", "https://kms.example", { HTTP_PROXY: corporate }, undefined],
  ["one for http is set, and the request is http", "http://kms.example", { HTTP_PROXY: corporate }, corporate],
  ["it is set in lower case", "https://kms.example", { https_proxy: corporate }, corporate],
  ["it is set to nothing", "https://kms.example", { HTTPS_PROXY: "", https_proxy: corporate }, corporate],
  ["it has no scheme", "https://kms.example", { HTTPS_PROXY: "proxy.example:3128" }, corporate],
  ["this computer is asked", "https://localhost:8200", { HTTPS_PROXY: corporate }, undefined],
  ["this computer is asked by address", "http://127.0.0.1:8200", { HTTP_PROXY: corporate }, undefined],
  ["this computer is asked by IPv6 address", "http://[::1]:8200", { HTTP_PROXY: corporate }, undefined],
];

const exceptions: readonly (readonly [exception: string, url: string, isException: boolean])[] = [
  ["*", "https://kms.example", true],
  ["kms.example", "https://kms.example", true],
  ["example", "https://kms.example", true],
  [".example", "https://kms.example", true],
  ["*.example", "https://kms.example", true],
  [".kms.example", "https://kms.example", false],
  ["s.example", "https://kms.example", false],
  ["other, kms.example ,another", "https://kms.example", true],
  ["KMS.EXAMPLE", "https://kms.example", true],
  ["kms.example:443", "https://kms.example", true],
  ["kms.example:8443", "https://kms.example", false],
  ["kms.example:80", "http://kms.example", true],
  ["10.0.0.0/8", "https://10.1.2.3", true],
  ["10.0.0.0/8", "https://11.1.2.3", false],
  ["192.168.1.128/25", "https://192.168.1.200", true],
  ["192.168.1.128/25", "https://192.168.1.100", false],
  ["10.1.2.3", "https://10.1.2.3", true],
  ["10.0.0.0/99", "https://10.1.2.3", false],
  ["", "https://kms.example", false],
  [",", "https://kms.example", false],
];

describe("the proxy of a request", () => {
  it.each(cases)("when %s", (_, url, env, proxy) => {
    expect(proxyFor(url, (name) => env[name])).toBe(proxy);
  });

  it.each(exceptions)("with the exception %j, for %s: %s", (exception, url, isException) => {
    const env: Record<string, string> = { HTTPS_PROXY: corporate, HTTP_PROXY: corporate, NO_PROXY: exception };
    expect(proxyFor(url, (name) => env[name])).toBe(isException ? undefined : corporate);
  });
});
