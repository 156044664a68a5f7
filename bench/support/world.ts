import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cipher } from "../../src/crypto/node.ts";
import { generateNativeKey } from "../../src/keys/age/native-key.ts";
import { plainFile } from "./files.ts";
import { type Pair, run, runPairs } from "./measure.ts";
import { findSops, type Form, sopsTs } from "./programs.ts";

/** One thing to do with a file. */
export type Work = "decrypt" | "encrypt";

/** A file, plain and encrypted by the real sops. */
export interface Sample {
  readonly name: string;
  readonly plain: string;
  readonly encrypted: string;
}

/** A folder with samples and a key, and the programs to be compared; what was measured once is not measured again. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), "sops-ts-bench-"));
  readonly sops = findSops();
  readonly runs: number;
  readonly quick: boolean;
  readonly identity: string;
  readonly #recipient: string;
  readonly #samples = new Map<string, Sample>();
  readonly #pairs = new Map<string, Pair[]>();

  private constructor(key: { identity: string; recipient: string }, options: { runs: number; quick: boolean }) {
    this.identity = key.identity;
    this.#recipient = key.recipient;
    this.runs = options.runs;
    this.quick = options.quick;
    mkdirSync(join(this.folder, ".cache"), { mode: 0o700 });
    writeFileSync(join(this.folder, "key.txt"), `${key.identity}\n`, { mode: 0o600 });
  }

  /**
   * @param options.runs - pairs that are measured
   * @param options.quick - smaller files, where a question has large ones
   */
  static async make(options: { runs: number; quick: boolean }): Promise<World> {
    return new World(await generateNativeKey("x25519", cipher), options);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * What the programs see of the environment: a home of their own with a key and a cache folder, as users have them. What a machine lets
   * every Node do as it starts is not asked about: reading certificates alone can take half as long as Node itself.
   */
  get environment(): NodeJS.ProcessEnv {
    const { XDG_CACHE_HOME: _, NODE_EXTRA_CA_CERTS: __, NODE_OPTIONS: ___, ...rest } = process.env;
    return {
      ...rest,
      HOME: this.folder,
      SOPS_AGE_KEY_FILE: join(this.folder, "key.txt"),
      SOPS_DISABLE_VERSION_CHECK: "1",
    };
  }

  /** A file of records with so many values. */
  records(values: number, format: "YAML" | "JSON"): Sample {
    return this.sample(`${values}.${format.toLowerCase()}`, () => plainFile(values, format));
  }

  sample(name: string, content: () => string | Uint8Array): Sample {
    const known = this.#samples.get(name);
    if (known !== undefined) return known;
    const sample = { name, plain: join(this.folder, name), encrypted: join(this.folder, `encrypted-${name}`) };
    writeFileSync(sample.plain, content());
    const args = ["encrypt", "--age", this.#recipient, "--output", sample.encrypted, sample.plain];
    execFileSync(this.sops, args, { env: this.environment, stdio: "ignore" });
    this.#samples.set(name, sample);
    return sample;
  }

  /** Pairs of sops-ts in a form, and sops; or a sentence why there are none. */
  compare(form: Form, work: Work, sample: Sample): Pair[] | string {
    const args =
      work === "decrypt" ? ["decrypt", sample.encrypted] : ["encrypt", "--age", this.#recipient, sample.plain];
    return this.#measure(`${form} ${args.join(" ")}`, form, args);
  }

  /** As {@link compare}, for a command that changes the sample, which is made anew before each run. */
  compareChange(form: Form, args: (file: string) => readonly string[], sample: Sample): Pair[] | string {
    const file = join(this.folder, `changed-${sample.name}`);
    return this.#measure(`${form} ${args(file).join(" ")}`, form, args(file), () =>
      copyFileSync(sample.encrypted, file),
    );
  }

  #measure(name: string, form: Form, args: readonly string[], prepare?: () => void): Pair[] | string {
    const command = sopsTs(form);
    if (typeof command === "string") return command;
    const start = (program: readonly string[]) => () => {
      prepare?.();
      return run([...program, ...args], this.environment);
    };
    const pairs = this.#pairs.get(name) ?? runPairs(this.runs, start(command), start([this.sops]));
    this.#pairs.set(name, pairs);
    return pairs;
  }
}
