import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MasterKey } from "../../src/core/metadata.ts";
import type { SopsError } from "../../src/errors.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { faultReasons } from "../support/cloud/fault-reasons.ts";
import { type Fault, faultNames, type FaultyServer, serveFault } from "../support/cloud/faults.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import { contextIn, type RemoteSample, remoteSamples } from "./remote-samples.ts";
import { failureOf } from "../support/failure-of.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1);
/** Short where time is what runs out. */
const timeoutOf = (fault: Fault): number => (/nothing|stops/.test(fault) ? 700 : 20_000);

describe.each(remoteSamples)("$name", (sample) => {
  let good: RunningServer;
  beforeAll(async () => {
    good = await serve(sample.cloud());
  });
  afterAll(() => good.stop());

  it.concurrent.each(faultNames)("says what is wrong with a server that %s", async (fault) => {
    const server = await serveFault(fault, sample.challenge);
    try {
      for (const error of await failures(sample, server, timeoutOf(fault))) {
        expect(error.message).toMatch(faultReasons[fault]);
        expect(error.message.length).toBeLessThan(1000);
        await expectNoSecrets([...sample.secrets, dataKey, "TOPSECRET"], { errors: [error] });
      }
    } finally {
      await server.stop();
    }
  });

  /** The errors of wrapping and of unwrapping at a faulty server. */
  async function failures(source: RemoteSample, server: FaultyServer, timeoutMs: number): Promise<SopsError[]> {
    const { wrap, unwrap, parse } = source.source(() => server.url, { timeoutMs });
    const healthy = source.source(() => good.url);
    const [goodKey] = (await healthy.parse(source.text(good.url), contextIn({}))) as MasterKey[];
    const enc = await healthy.wrap(goodKey as MasterKey, dataKey, contextIn(source.env(good.url)));
    const [key] = (await parse(source.text(server.url), contextIn({}))) as MasterKey[];
    const errors = await Promise.all([
      failureOf(wrap(key as MasterKey, dataKey, contextIn(source.env(server.url)))),
      failureOf(unwrap({ ...(key as MasterKey), enc }, contextIn(source.env(server.url)))),
    ]);
    expect(errors.map(({ code }) => code)).toEqual(["COULD_NOT_GENERATE_DATA_KEY", "COULD_NOT_RETRIEVE_KEY"]);
    expect(errors[0]?.message).toMatch(/^failed to encrypt sops data key (?:with|to) /);
    expect(errors[1]?.message).toMatch(/^failed to decrypt sops data key (?:with|from) /);
    return errors;
  }

  it("says that credentials are wrong", async () => {
    const source = sample.source(() => good.url);
    const [key] = (await source.parse(sample.text(good.url), contextIn({}))) as MasterKey[];
    const error = await failureOf(source.wrap(key as MasterKey, dataKey, contextIn(sample.wrongEnv(good.url))));
    expect(error.message).toMatch(/40[13]/);
    expect(error.hint).toMatch(/credentials|token|access key/);
    await expectNoSecrets([...sample.secrets, dataKey], { errors: [error] });
  });

  it("says that a key may not be used", async () => {
    const source = sample.source(() => good.url);
    const [key] = (await source.parse(sample.otherText(good.url), contextIn({}))) as MasterKey[];
    const context = contextIn(sample.env(good.url));
    const enc = await source.wrap(key as MasterKey, dataKey, context);
    const error = await failureOf(source.unwrap({ ...(key as MasterKey), enc }, context));
    expect(error.message).toMatch(/denied|not authorized|policy lacks|does not permit/);
    expect(error.hint).toMatch(/needs|lack/);
  });
});
