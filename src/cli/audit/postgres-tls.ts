import { statSync } from "node:fs";
import { isIP } from "node:net";
import { checkServerIdentity, type ConnectionOptions, type SecureVersion } from "node:tls";
import { decodeUtf8Replacing } from "../../bytes.ts";
import { messageOf } from "../../errors.ts";
import { environmentCertificates } from "../../keys/environment-fetch.ts";
import type { Platform } from "../../platform/platform.ts";
import { BackendError } from "./audit-error.ts";
import type { PostgresSettings, SslMode, TlsFiles } from "./postgres-settings.ts";

/**
 * How a connection is encrypted, as lib/pq does it: `prefer` and `require` check the certificate only where there are root
 * certificates, `verify-ca` always, and `verify-full` its name too. The drivers of Node have these words with other meanings.
 *
 * @param mode - any but `disable` and `allow`
 * @param host - whom the certificate must be for
 * @throws BackendError for a file that cannot be used
 * @see lib/pq ssl.go
 */
export async function tlsOptions(
  mode: SslMode,
  host: string,
  { tlsFiles, tlsMinimum, tlsMaximum }: PostgresSettings,
  platform: Platform,
): Promise<ConnectionOptions> {
  const roots = await rootCertificates(tlsFiles, mode, platform);
  const isChecked = mode === "verify-ca" || mode === "verify-full" || roots !== undefined;
  const trusted = roots === undefined && isChecked ? await environmentCertificates(platform) : roots;
  return {
    rejectUnauthorized: isChecked,
    checkServerIdentity: (_, certificate) =>
      mode === "verify-full" ? checkServerIdentity(host, certificate) : undefined,
    // As with Go, a certificate that is named as trusted is, though it signed no other.
    allowPartialTrustChain: true,
    // An address is no name of TLS.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(trusted === undefined ? {} : { ca: [...trusted] }),
    ...(await clientCertificate(tlsFiles, platform)),
    ...(tlsMinimum === undefined ? {} : { minVersion: nodeVersion(tlsMinimum) }),
    ...(tlsMaximum === undefined ? {} : { maxVersion: nodeVersion(tlsMaximum) }),
  };
}

function nodeVersion(version: NonNullable<PostgresSettings["tlsMinimum"]>): SecureVersion {
  return version === "TLSv1.0" ? "TLSv1" : version;
}

/** The certificates that a setting or the usual place has; undefined for those of the system. */
async function rootCertificates(
  { rootCert, inline }: TlsFiles,
  mode: SslMode,
  platform: Platform,
): Promise<readonly string[] | undefined> {
  if (rootCert === "" || rootCert === "system") return undefined;
  const text = inline ? rootCert : await textOf(rootCert, platform);
  if (text === undefined) {
    const isUsualPlace = rootCert.endsWith("/.postgresql/root.crt");
    if (isUsualPlace || mode === "require" || mode === "prefer") return undefined;
    throw new BackendError(`pq: open ${rootCert}: no such file or directory`);
  }
  if (!text.includes("-----BEGIN CERTIFICATE-----")) throw new BackendError("pq: couldn't parse pem from sslrootcert");
  return [text];
}

async function clientCertificate(
  { cert, key, inline }: TlsFiles,
  platform: Platform,
): Promise<{ readonly cert?: string; readonly key?: string }> {
  if (cert === "" || inline) return inline && cert !== "" ? { cert, key } : {};
  const certificate = await textOf(cert, platform);
  if (certificate === undefined) return {};
  const keyText = await textOf(key, platform);
  if (keyText === undefined) throw new BackendError(`pq: open ${key}: no such file or directory`);
  if (platform.os !== "win32") refuseOpenKey(key);
  return { cert: certificate, key: keyText };
}

/** @see lib/pq internal/pqutil/perm.go */
function refuseOpenKey(path: string): void {
  const { mode, uid } = statSync(path);
  if ((mode & 0o777 & ~(uid === 0 ? 0o640 : 0o600)) === 0) return;
  throw new BackendError(
    "pq: private key has world access; permissions should be u=rw,g=r (0640) if owned by root, or u=rw (0600), or less",
  );
}

async function textOf(path: string, platform: Platform): Promise<string | undefined> {
  const content = await platform.readFileIfExists(path).catch((error: unknown) => {
    throw new BackendError(`pq: ${messageOf(error)}`);
  });
  return content === undefined ? undefined : decodeUtf8Replacing(content);
}
