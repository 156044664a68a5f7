import { missingPackage } from "../../keys/missing-package.ts";

/** The largest message that is taken, as with sops: 4 MiB. */
export const maximumMessageBytes = 4 * 1024 * 1024;

/** The paths of the service's methods. */
export const methods = { wrap: "/KeyService/Encrypt", unwrap: "/KeyService/Decrypt" } as const;

/** @throws SopsError `MISSING_OPTIONAL_DEPENDENCY` */
export async function loadGrpc(): Promise<typeof import("@grpc/grpc-js")> {
  try {
    return await import("@grpc/grpc-js");
  } catch (error) {
    throw missingPackage("@grpc/grpc-js", "Key services", error);
  }
}
