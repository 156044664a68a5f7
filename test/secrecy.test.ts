import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { damaged } from "../tools/fuzz/documents/text.ts";
import { Random } from "../tools/fuzz/random.ts";
import { expectNoSecrets } from "./support/canary.ts";
import { filesBelow } from "./support/files-below.ts";
import { runSopsTs } from "./support/sops-ts.ts";
import { withTemporaryDirectory } from "./support/temporary-directory.ts";

/*
 * Whatever is wrong with a file, what is said of it names no value: plain and encrypted files are damaged at random, and
 * neither messages nor files left behind may hold the secret or the identity.
 */

const secret = "correct-horse-battery-staple";
const runs = Number(process.env["SOPS_TS_SECRECY_RUNS"] ?? 60);

const documents = {
  yaml: `# note\na: 1\npassword: ${secret}\nlist:\n  - "${secret}" # why\n  - {deep: [true, '${secret}']}\nlast: |\n  ${secret}\n`,
  json: `{"a": 1, "password": "${secret}", "list": ["${secret}", {"deep": [true, "${secret}"]}]}\n`,
  dotenv: `# note\nA=1\nPASSWORD=${secret}\nLAST="${secret}"\n`,
  ini: `; note\n[s]\na = 1\npassword = ${secret}\nlast = """${secret}\n${secret}"""\n`,
};

describe.each(Object.entries(documents))("a damaged %s file", (format, document) => {
  const types = ["--input-type", format, "--output-type", format];

  it("that is encrypted is not quoted in messages", async () => {
    await withWorld(async ({ run, recipient, check }) => {
      const args = ["--verbose", "encrypt", "--age", recipient, "--filename-override", "document", ...types];
      let failures = 0;
      for (let seed = 0; seed < runs; seed++) {
        const outcome = await run(args, damaged(new Random(seed), document));
        if (outcome.status !== 0) failures += 1;
        await check(outcome, `seed ${seed}`);
      }
      expect(failures, "documents that were refused").toBeGreaterThan(0);
    });
  });

  it("that is decrypted gives nothing away", async () => {
    await withWorld(async ({ run, recipient, check }) => {
      const args = ["encrypt", "--age", recipient, "--filename-override", "document", ...types];
      const encrypted = Buffer.from((await run(args, document)).stdout).toString();
      let failures = 0;
      for (let seed = 0; seed < runs; seed++) {
        const outcome = await run(["--verbose", "decrypt", ...types], damaged(new Random(seed), encrypted));
        if (outcome.status !== 0) failures += 1;
        await check(outcome, `seed ${seed}`);
      }
      expect(failures, "files that were refused").toBeGreaterThan(runs / 2);
    });
  });
});

interface Outcome {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

interface World {
  readonly recipient: string;
  run(args: readonly string[], stdin: string): Promise<Outcome>;
  /** Asserts that a run gave nothing away: nothing on standard error or in files, and no output when it failed. */
  check(outcome: Outcome, what: string): Promise<void>;
}

async function withWorld(use: (world: World) => Promise<void>): Promise<void> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  await withTemporaryDirectory(async (directory) => {
    const home = join(directory, "home");
    await mkdir(home);
    const env = { HOME: home, TMPDIR: directory, SOPS_AGE_KEY: identity };
    await use({
      recipient,
      run: (args, stdin) => runSopsTs({ args, directory, env, stdin: Buffer.from(stdin) }),
      check: async (outcome, what) => {
        const output = outcome.status === 0 ? [outcome.stderr] : [outcome.stderr, outcome.stdout];
        expect(outcome.stderr, what).not.toContain("Internal error");
        await expectNoSecrets([secret, identity, identity.slice(16, 40)], {
          output,
          files: await filesBelow(directory),
        });
      },
    });
  });
}
