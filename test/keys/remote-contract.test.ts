import { afterAll, beforeAll, describe } from "vitest";
import type { MasterKey } from "../../src/core/metadata.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import { keySourceContract } from "./key-source-contract.ts";
import { contextIn, remoteSamples } from "./remote-samples.ts";

describe.each(remoteSamples)("$name", (sample) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await serve(sample.cloud());
  });
  afterAll(() => server.stop());

  const source = sample.source(() => server.url);
  // Texts of keys may name the server, whose port is not known yet.
  const placeholder = "http://stand-in:1";
  const withPort = (text: string): string => text.replaceAll(placeholder, server.url);
  keySourceContract<MasterKey>(
    { ...source, parse: (text, context) => source.parse(withPort(text), context) },
    {
      text: sample.text(placeholder),
      get name() {
        return withPort(sample.text(placeholder));
      },
      otherText: sample.otherText(placeholder),
      malformed: sample.malformed,
      open: () => contextIn(sample.env(server.url)),
      closed: () => contextIn(sample.wrongEnv(server.url)),
      wrapWith: () => contextIn(sample.env(server.url)),
      secrets: sample.secrets,
    },
  );
});
