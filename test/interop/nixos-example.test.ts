import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bundledCommand } from "../support/bundled-program.ts";
import { programRunner, type Outcome } from "../support/command-runner.ts";
import { Machine } from "../support/machine.ts";
import { describeWithNamespaces } from "../support/mount-namespace.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { installSopsTs } from "../support/shell-session.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

/*
 * What the README of examples/nixos shows is run as it stands there, in one shell, in a copy of the folder. Its flake is evaluated by the real
 * Nix, with stand-ins for nixpkgs and sops-nix.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const example = join(root, "examples/nixos");
const readme = readFileSync(join(example, "README.md"), "utf8");

/** Commands, with what the README says that they print; `…` stands for what differs each time. */
interface Block {
  readonly commands: string;
  readonly prints: string | undefined;
}

const blocks: readonly Block[] = [...readme.matchAll(/^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?/gms)].map(
  ([, commands = "", prints]) => ({ commands, prints }),
);

/** A copy of the example with a home and programs of its own. */
class Copy {
  readonly directory: string;
  readonly home: string;
  readonly programs: string;
  /** An empty folder for a machine. */
  readonly machine: string;

  constructor(folder: string) {
    this.directory = join(folder, "copy");
    this.home = join(folder, "home");
    this.programs = join(folder, "bin");
    this.machine = join(folder, "machine");
    for (const path of [this.home, this.programs, this.machine]) mkdirSync(path);
    chmodSync(folder, 0o755);
    cpSync(example, this.directory, { recursive: true });
  }

  async install(nixInstantiate: string): Promise<void> {
    await installSopsTs(this.programs, await bundledCommand());
    this.#script("editor", `[ "$(cat "$1")" = "WAKAPI_PASSWORD_SALT=adgjajnnaghauhlaksfjdk" ] && echo edited >"$1"`);
    const flake = `((import ${root}test/support/nix/nixos.nix) (import ./flake.nix))`;
    const flags = "--store dummy:// --eval --strict --json";
    this.#script("nix", `exec '${nixInstantiate}' ${flags} -E "${flake}.\${2#.#}" >result 2>nix-log`);
  }

  async run(script: string, words: readonly string[] = []): Promise<Outcome & { readonly text: string }> {
    const env = { PATH: `${this.programs}:${process.env["PATH"] ?? ""}`, HOME: this.home, EDITOR: "editor" };
    const runner = programRunner(["bash", "--norc", "-euc"]);
    const stdin = Buffer.from("correct horse\n");
    const outcome = await runner({ args: [script, "bash", ...words], directory: this.directory, env, stdin });
    return { ...outcome, text: Buffer.from(outcome.stdout).toString() };
  }

  #script(name: string, line: string): void {
    writeFileSync(join(this.programs, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(this.programs, name), 0o755);
  }
}

describeWithPrograms(["nix-instantiate", "bash", "openssl"], "examples/nixos", (programs) => {
  const withCopy = (use: (copy: Copy) => Promise<void>): Promise<void> =>
    withTemporaryDirectory(async (folder) => {
      const copy = new Copy(folder);
      await copy.install(programs["nix-instantiate"]);
      await use(copy);
    });

  it("has commands that do what its README says, one after the other", () =>
    withCopy(async (copy) => {
      const script = blocks.map(({ commands }, index) => `exec >out-${index} 2>&1\n${commands}`).join("");
      const { status } = await copy.run(script);
      const outputOf = (index: number): string => readFileSync(join(copy.directory, `out-${index}`), "utf8");
      const last = blocks.findLastIndex((_, index) => existsSync(join(copy.directory, `out-${index}`)));
      expect(status, outputOf(last)).toBe(0);
      expect(blocks.filter(({ prints }) => prints !== undefined).length).toBeGreaterThanOrEqual(4);
      for (const [index, { prints }] of blocks.entries()) {
        if (prints === undefined) continue;
        const parts = prints.split("…").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
        expect(outputOf(index)).toMatch(new RegExp(`^${parts.join(".*")}$`));
      }
      await expectFinalState(copy, outputOf);
    }));

  it("is read by those that its rules name, and nobody else", () =>
    withCopy(async (copy) => {
      const identities =
        'if [ "$1" = alice ]; then export SOPS_AGE_KEY_FILE=example-keys/alice.txt; else export SOPS_AGE_KEY="$(sops-ts ssh-to-age -private-key -i "example-keys/$1")"; fi';
      const readersOf = async (path: string): Promise<string[]> => {
        const readers: string[] = [];
        for (const who of ["alice", "homelab1", "homelab2", "bob"]) {
          const { status } = await copy.run(`${identities}; exec sops-ts decrypt "$2" >/dev/null 2>&1`, [who, path]);
          if (status === 0) readers.push(who);
          else expect(status).toBe(128);
        }
        return readers;
      };
      const own = readdirSync(join(example, "machines/homelab1/secrets")).map((name) => `homelab1/secrets/${name}`);
      expect(own).toHaveLength(2);
      for (const path of own) expect(await readersOf(`machines/${path}`)).toEqual(["alice", "homelab1"]);
      expect(await readersOf("machines/homelab2/secrets/hashedPassword")).toEqual(["alice", "homelab2"]);
      for (const path of ["common/secrets.env", "common/secrets.yaml"]) {
        expect(await readersOf(path)).toEqual(["alice", "homelab1", "homelab2"]);
      }
    }));

  describeWithPrograms(["sops"], "for sops", ({ sops }) => {
    it("is the same", () =>
      withCopy(async (copy) => {
        const files = ["common/secrets.env", "common/secrets.yaml", "machines/homelab1/secrets/wakapi-passwd-salt"];
        for (const file of files) {
          const decrypt = 'export SOPS_AGE_KEY_FILE=example-keys/alice.txt; "$1" decrypt "$2"';
          const theirs = await copy.run(decrypt, [sops, file]);
          expect(theirs.status).toBe(0);
          expect((await copy.run(decrypt, ["sops-ts", file])).text).toBe(theirs.text);
        }
      }));
  });

  describeWithNamespaces("on its hosts", () => {
    const installed = `
      mount --bind keys /etc/ssh
      sops-ts install-secrets -ignore-passwd users.json; sops-ts install-secrets result
      cd /run; for path in secrets secrets-for-users; do find $path/ -type f -printf '%p %m %u %g\\n'; done`;
    const seen = async (copy: Copy, host: string): Promise<string[]> => {
      const build = ["manifest-for-users", "sops-nix-manifest"]
        .map((name) => `nix build ".#nixosConfigurations.${host}.config.system.build.${name}"; cat result; echo`)
        .join("; ");
      const [users = "", others = ""] = (await copy.run(build)).text.split("\n");
      const machine = new Machine(copy.machine);
      machine.write("users.json", users);
      machine.write("result", others);
      machine.write("keys/ssh_host_ed25519_key", readFileSync(join(copy.directory, "example-keys", host)));
      const { status, stdout, stderr } = await machine.run(installed);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return stdout.trimEnd().split("\n").toSorted();
    };

    it("has the files that its README lists", () =>
      withCopy(async (copy) => {
        const table = [...readme.matchAll(/^\| `\/run\/(secrets\S*)` \| 0(\d+) (\w+) (\w+) \|$/gm)];
        const listed = table.map(([, ...parts]) => parts.join(" "));
        expect(listed).toHaveLength(4);
        expect(await seen(copy, "homelab1")).toEqual(listed.toSorted());
      }));

    it("has the secrets of its own modules alone", () =>
      withCopy(async (copy) => {
        const names = (await seen(copy, "homelab2")).map((line) => line.split(" ")[0]);
        expect(names).toEqual(["secrets-for-users/hashedPassword", "secrets/restic-env", "secrets/restic/password"]);
      }));
  });
});

/** What the README's commands leave behind. */
async function expectFinalState(copy: Copy, outputOf: (index: number) => string): Promise<void> {
  const keys = join(copy.home, ".config/sops/age/keys.txt");
  expect(statSync(keys).mode & 0o777).toBe(0o600);
  const decrypt = async (path: string): Promise<string> => (await copy.run('sops-ts decrypt "$1"', [path])).text;
  expect(await decrypt("machines/homelab1/secrets/wakapi-passwd-salt")).toBe("edited\n");
  expect(await decrypt("machines/homelab2/secrets/hashedPassword")).toMatch(/^\$6\$/);
  expect(await decrypt("common/secrets.yaml")).toMatch(/^restic:\n {4}password: "?[0-9a-f]{32}"?\n$/);
  const rules = readFileSync(join(copy.directory, ".sops.yaml"), "utf8");
  const me = (await copy.run('sops-ts age-keygen -y "$1"', [keys])).text.trim();
  expect(rules).toContain(`&admin_alice ${me}\n`);
  expect(rules).not.toContain("bob");
  const original = readFileSync(join(example, ".sops.yaml"), "utf8");
  expect(rules.replace(me, "")).toBe(original.replace(/(?<=&admin_alice ).*/, ""));
  const indexOf = (text: string): number => blocks.findIndex(({ commands }) => commands.includes(text));
  expect(outputOf(indexOf("--check ."))).toMatch(/\+\+\+ age1[^]*--- age1[^]*5 updated, 0 up to date, 0 failed\n/);
  expect(outputOf(indexOf("--check ."))).toMatch(/5 rotated, 0 failed\n$/);
  expect(outputOf(indexOf("server_bob $bob"))).toContain("AWS_ACCESS_KEY_ID=EXAMPLE\n");
  // Nobody whose key everybody has reads what is new.
  const stranger = "SOPS_AGE_KEY_FILE=example-keys/alice.txt HOME=/nowhere sops-ts decrypt common/secrets.yaml";
  expect((await copy.run(stranger)).status).toBe(128);
}
