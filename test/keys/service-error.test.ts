import { describe, expect, it } from "vitest";
import { connectionFailure, rememberProxy } from "../../src/keys/service-error.ts";

/** An error as `fetch` throws it: the reason is in its cause. */
function failed(code: string | undefined, message = "a secret detail"): Error {
  const cause = new TypeError(message);
  return new TypeError("fetch failed", { cause: code === undefined ? cause : Object.assign(cause, { code }) });
}

describe("a connection that failed", () => {
  it.each([
    ["ECONNREFUSED", "refuses connections (ECONNREFUSED)", undefined],
    ["ENOTFOUND", "is not known (no such host) (ENOTFOUND)", undefined],
    ["ECONNRESET", "cut the connection (ECONNRESET)", undefined],
    [
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "has a certificate that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
      "If it is one of your own, name the file of its authority's certificate in SSL_CERT_FILE.",
    ],
    ["CERT_HAS_EXPIRED", "has a certificate that is not trusted (CERT_HAS_EXPIRED)", undefined],
    [
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "does not speak TLS as it should (ERR_SSL_WRONG_VERSION_NUMBER)",
      "If it speaks plain HTTP, its address begins with http://.",
    ],
    ["E_NEW", "could not be asked (E_NEW)", undefined],
    [undefined, "could not be asked", undefined],
  ])("is told of in words, and without what the runtime says: %s", (code, words, hint) => {
    const { message, hint: shown } = connectionFailure("https://v:8200", failed(code));
    expect({ message, hint: shown }).toEqual({ message: `https://v:8200 ${words}`, hint });
  });

  it("may be that of a port that fetch refuses", () => {
    expect(connectionFailure("http://v:6000", failed(undefined, "bad port")).message).toBe(
      "http://v:6000 could not be asked: browsers and Node refuse its port",
    );
  });

  it("names the proxy", () => {
    const error = failed("ECONNREFUSED");
    rememberProxy(error, "http://proxy:3128");
    expect(connectionFailure("https://v:8200", error).message).toBe(
      "https://v:8200 refuses connections (ECONNREFUSED); it was asked through the proxy http://proxy:3128",
    );
  });
});
