import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { cipher } from "../../src/crypto/node.ts";
import type { SopsError } from "../../src/errors.ts";
import { generateNativeKey, type NativeKey } from "../../src/keys/age/native-key.ts";
import { installSecrets, type InstallationOptions } from "../../src/nixos/install.ts";
import type { RunResult } from "../../src/platform/platform.ts";
import { encryptBytes } from "../../src/sops.ts";
import type { Format } from "../../src/stores/store.ts";
import { memoryPlatform } from "../support/memory-platform.ts";
import { scratchSystem, type ScratchSystem } from "../support/scratch-system.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

/** What came of an installation. */
export interface Installed {
  readonly failures: readonly SopsError[];
  /** Lines on standard output. */
  readonly out: readonly string[];
  /** Lines on standard error. */
  readonly err: readonly string[];
}

/** A machine in a scratch directory: files in memory, an installer, programs that do nothing. */
export class InstallWorld {
  readonly root: string;
  readonly system: ScratchSystem;
  readonly key: NativeKey;
  /** Files that are read, by absolute path. */
  readonly files: Record<string, string>;
  readonly env: Record<string, string> = {};
  /** Command lines that were run, in order. */
  readonly calls: string[] = [];
  /** How often each file was read. */
  readonly reads = new Map<string, number>();
  /** Answers a command line; by default everything succeeds. Mounting is noted in the table of mounts. */
  onRun: (command: readonly string[]) => number = () => 0;
  os = "linux";

  private constructor(root: string, key: NativeKey) {
    this.root = root;
    this.key = key;
    this.system = scratchSystem(root);
    this.files = {
      "/etc/passwd": "root:x:0:0:::\nwakapi:x:980:978:::\n",
      "/etc/group": "root:x:0:\nkeys:x:96:\nwakapi:x:978:\n",
      "/keys.txt": `${key.identity}\n`,
    };
    mkdirSync(join(root, "run"));
  }

  static async use(act: (world: InstallWorld) => Promise<void>): Promise<void> {
    const key = await generateNativeKey("x25519", cipher);
    await withTemporaryDirectory((root) => act(new InstallWorld(root, key)));
  }

  /** Puts an encrypted file there. */
  async encrypt(path: string, plain: string, options: { format?: Format; recipient?: string } = {}): Promise<void> {
    const recipient = options.recipient ?? this.key.recipient;
    const encrypted = await encryptBytes(Buffer.from(plain), {
      format: options.format ?? "yaml",
      keyGroups: [[{ kind: "age", recipient, enc: "" }]],
    });
    this.files[path] = Buffer.from(encrypted).toString();
  }

  async install(manifest: object, options: Partial<InstallationOptions> = {}): Promise<Installed> {
    const out: string[] = [];
    const err: string[] = [];
    const failures = await installSecrets(Buffer.from(JSON.stringify({ ...manifestBase, ...manifest })), {
      platform: this.#platform(),
      system: this.system,
      cipher,
      checkMode: "off",
      ignorePasswd: false,
      keepGoing: false,
      program: "install",
      print: (line) => void out.push(line),
      report: (line) => void err.push(line),
      ...options,
    });
    return { failures, out, err };
  }

  #platform(): InstallationOptions["platform"] {
    const memory = memoryPlatform({ files: this.files, env: this.env, os: this.os });
    return {
      ...memory,
      readFile: async (path) => {
        this.reads.set(path, (this.reads.get(path) ?? 0) + 1);
        return memory.readFile(path);
      },
      run: async (command) => this.#run(command),
    };
  }

  #run(command: readonly string[]): RunResult {
    this.calls.push(command.join(" "));
    const status = command[0] === "getent" ? 2 : this.onRun(command);
    if (status === 0 && command[0] === "mount") {
      const mounts = this.files["/proc/self/mountinfo"] ?? "";
      this.files["/proc/self/mountinfo"] = `${mounts}1 1 0:1 / ${command.at(-1)} rw - ${command[2]} none rw\n`;
    }
    const stdout = command[0] === "print-key" ? `${this.key.identity}\n` : "";
    return { status, stdout: Buffer.from(stdout), stderr: Buffer.from(status === 0 ? "" : "it failed\n") };
  }

  /** Everything below the scratch directory: the text of files, `-> target` of links, the mode of directories. */
  tree(): Record<string, string> {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true });
    const described = entries.map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(this.root.length);
      if (entry.isSymbolicLink()) return [name, `-> ${readlinkSync(path)}`];
      if (entry.isDirectory()) return [name, (lstatSync(path).mode & 0o7777).toString(8)];
      return [name, readFileSync(path, "utf8")];
    });
    return Object.fromEntries(described.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

const manifestBase = {
  secretsMountPoint: "/run/secrets.d",
  symlinkPath: "/run/secrets",
  keepGenerations: 1,
  ageKeyFile: "/keys.txt",
  logging: { keyImport: true, secretChanges: true },
};

/** A secret of a manifest, of `/a.yaml` unless told otherwise. */
export function secretEntry(name: string, fields: object = {}): object {
  return {
    name,
    key: name,
    mode: "0400",
    sopsFile: "/a.yaml",
    format: "yaml",
    path: `/run/secrets/${name}`,
    ...fields,
  };
}

/** A template of a manifest. */
export function templateEntry(name: string, content: string, fields: object = {}): object {
  return { name, content, mode: "0400", path: `/run/secrets/rendered/${name}`, ...fields };
}

/** What stands for a secret in templates. */
export function placeholder(name: string): string {
  return `<SOPS:${Buffer.from(name).toString("hex").padEnd(64, "0")}:PLACEHOLDER>`;
}

/** The placeholders of secrets. */
export function placeholders(...names: readonly string[]): object {
  return { placeholderBySecretName: Object.fromEntries(names.map((name) => [name, placeholder(name)])) };
}
