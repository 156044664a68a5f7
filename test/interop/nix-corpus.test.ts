import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { programRunner } from "../support/command-runner.ts";
import { describeWithNamespaces, inNamespace } from "../support/mount-namespace.ts";
import { nixCases, titleOf } from "../support/nix-case.ts";

const main = fileURLToPath(new URL("../support/nix-case-main.ts", import.meta.url));

/** Cases in which we differ on purpose, and why. */
const departures = new Map([
  ["60-quirk-systemctl-fails", "units are asked after the change, so what systemctl refuses does not undo it"],
]);

describeWithNamespaces("the installer's cases, for the whole system:", () => {
  for (const theCase of nixCases().filter(({ needs }) => needs === "mountns")) {
    const reason = departures.get(theCase.name);
    it(titleOf(theCase), async (context) => {
      if (reason !== undefined) return context.skip(reason);
      expect(await differencesOf(theCase.name)).toEqual([]);
    });
  }
});

async function differencesOf(name: string): Promise<unknown> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "sops-ts-nix-")));
  try {
    const outcome = await programRunner([...inNamespace])({
      args: [process.execPath, "--import", import.meta.resolve("tsx"), main, name, root],
      directory: root,
      env: { PATH: process.env["PATH"] ?? "" },
    });
    if (outcome.status !== 0) return outcome.stderr;
    return JSON.parse(Buffer.from(outcome.stdout).toString("utf8")) as unknown;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
