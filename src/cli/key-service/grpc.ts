import { missingPackage } from "../../keys/missing-package.ts";

/** The largest message that is taken, as with sops: 4 MiB. */
export const maximumMessageBytes = 4 * 1024 * 1024;

/** The paths of the service's methods. */
export const methods = { wrap: "/KeyService/Encrypt", unwrap: "/KeyService/Decrypt" } as const;

/**
 * Loads the package, which then writes nothing to standard error: failures are told by those who ask.
 *
 * @throws SopsError `MISSING_OPTIONAL_DEPENDENCY` */
export async function loadGrpc(): Promise<typeof import("@grpc/grpc-js")> {
  const grpc = await import("@grpc/grpc-js").catch((error: unknown) => {
    throw missingPackage("@grpc/grpc-js", "Key services", error);
  });
  grpc.setLogVerbosity(grpc.logVerbosity.NONE);
  return grpc;
}
