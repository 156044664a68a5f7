import { expect, it, vi } from "vitest";
import { Log } from "../../src/cli/log.ts";
import { upload } from "../../src/cli/publish/upload.ts";
import type { Destination } from "../../src/config/destination-rule.ts";
import { contextIn } from "../keys/remote-samples.ts";

vi.mock("@aws-sdk/client-s3", notInstalled);
vi.mock("google-auth-library", notInstalled);

function notInstalled(): never {
  throw Object.assign(new TypeError("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
}

const log = new Log({ write: () => undefined, terminal: false, color: false, verbose: false, now: () => new Date() });

const destinations: readonly (readonly [name: string, use: string, destination: Destination])[] = [
  ["@aws-sdk/client-s3", "Destinations in S3", { kind: "s3", bucket: "b", prefix: "" }],
  ["google-auth-library", "Destinations in Google Cloud Storage", { kind: "gcs", bucket: "b", prefix: "" }],
];

it.each(destinations)("a package that is not installed is named with the line that installs it: %s", async (...row) => {
  const [name, use, destination] = row;
  const file = { content: new Uint8Array(1), name: "f.yaml" };
  await expect(upload(destination, file, { context: contextIn({}), log, failure: "no" })).rejects.toMatchObject({
    code: "MISSING_OPTIONAL_DEPENDENCY",
    message: `${use} need the package ${name}, which is not installed. Run: npm install ${name}`,
    hint: `npm install ${name}`,
  });
});
