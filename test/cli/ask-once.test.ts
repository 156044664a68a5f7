import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { gcp } from "../support/cloud/gcp.ts";
import { serve } from "../support/cloud/server.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const ring = "projects/p/locations/l/keyRings/r/cryptoKeys";
const token = "ya29.a-token-of-a-test";

const commands: readonly (readonly [title: string, ...words: string[]])[] = [
  ["updatekeys", "updatekeys", "--yes", "copies"],
  ["rotate", "rotate", "--in-place", "--yes", "copies"],
  ["check with the MACs", "check", "--mac", "copies"],
  ["publish", "publish", "--yes", "--recursive", "copies"],
];

it.each(commands)("a cloud is asked once for what the files of a command share: %s", (_, ...args) =>
  withTemporaryDirectory(async (directory) => {
    const kms = gcp([token]);
    const server = await serve((request) =>
      request.path.startsWith("/upload/") ? { status: 200, body: { name: request.query.get("name") } } : kms(request),
    );
    const unwraps = (): number => server.requests.filter(({ path }) => path.endsWith(":decrypt")).length;
    const env = {
      HOME: directory,
      SOPS_GCP_KMS_ENDPOINT: server.url,
      GOOGLE_OAUTH_ACCESS_TOKEN: token,
      STORAGE_EMULATOR_HOST: server.url,
    };
    const run = (words: readonly string[]): ReturnType<typeof runSopsTs> => runSopsTs({ args: words, directory, env });
    writeFileSync(join(directory, "f.yaml"), "a: 1\n");
    expect(await run(["encrypt", "--in-place", "--gcp-kms", `${ring}/k`, "f.yaml"])).toMatchObject({ status: 0 });
    mkdirSync(join(directory, "copies"));
    for (const name of ["a", "b", "c", "d"])
      copyFileSync(join(directory, "f.yaml"), join(directory, `copies/${name}.yaml`));
    // `check` wants the file's own key, the others are to change it.
    const key = args[0] === "check" ? "k" : "other";
    const rule = { gcp_kms: `${ring}/${key}` };
    const config = { creation_rules: [rule], destination_rules: [{ gcs_bucket: "b", recreation_rule: rule }] };
    writeFileSync(join(directory, ".sops.yaml"), JSON.stringify(config));

    const { status, stderr } = await run(args);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(unwraps()).toBe(1);
    await server.stop();
  }),
);
