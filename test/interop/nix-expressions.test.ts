import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { manualPage } from "../../tools/man/page.ts";
import { bundledCommand } from "../support/bundled-program.ts";
import { programRunner } from "../support/command-runner.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { installSopsTs } from "../support/shell-session.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

/*
 * The expressions are evaluated with stand-ins for what they take of nixpkgs. The parts of the build that are ours are run in bash, with
 * stand-ins for the functions of nixpkgs that they call.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const nixFiles = ["flake.nix", ...nixFilesBelow("nix"), ...nixFilesBelow("examples"), ...nixFilesBelow("test/support")];
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Project & { version: string };
const peers = Object.keys(manifest.peerDependencies);

interface Project {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

interface LockEntry extends Project {
  readonly version: string;
  readonly integrity?: string;
}

interface PackageSource {
  readonly outputHash: string;
  readonly buildCommand: string;
}

interface Derivation {
  readonly pname: string;
  readonly version: string;
  readonly src: readonly string[];
  readonly npmDeps: {
    readonly package: Project;
    readonly packageLock: { readonly packages: Readonly<Record<string, LockEntry>> };
    readonly packageSourceOverrides: Readonly<Record<string, PackageSource>>;
  };
  readonly preBuild: string;
  readonly preInstall: string;
  readonly postInstall: string;
}

function nixFilesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".nix")).map((name) => join(folder, name));
}

describeWithPrograms(["nix-instantiate", "bash"], "the Nix expressions", (programs) => {
  const instantiate = async (...words: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(programs["nix-instantiate"], ["--store", "dummy://", ...words], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  };
  /** The value of an expression, in which `stand` are the stand-ins and `./` is the repository. */
  const evaluate = async (expression: string): Promise<unknown> => {
    const scope = `let stand = import ${root}test/support/nix/stand-ins.nix; in with stand; `;
    const text = scope + expression.replaceAll(" ./", ` ${root}`);
    return JSON.parse(await instantiate("--eval", "--strict", "--json", "-E", text)) as unknown;
  };
  const packageWith = async (given: string): Promise<Derivation> =>
    (await evaluate(`builtins.removeAttrs (pkgs.callPackage ./nix/package.nix ${given}) [ "outPath" ]`)) as Derivation;

  it.each(nixFiles)("parse: %s", async (file) => {
    expect(await instantiate("--parse", join(root, file))).not.toBe("");
  });

  describe("the package", () => {
    let derivation: Derivation;
    beforeAll(async () => {
      derivation = await packageWith("{ }");
    });

    it("has the name and the version of the npm package, and what its build reads", () => {
      expect(derivation).toMatchObject({ pname: "sops-ts", version: manifest.version });
      const sources = derivation.src.map((path) => relative(root, path));
      expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
      for (const path of ["bin", "src", "tools", "package.json", "package-lock.json", "tsconfig.build.json"]) {
        expect(sources).toContain(path);
      }
    });

    it("gets each package of the lock, which names no addresses, from npm by its hash", () => {
      const { packages } = derivation.npmDeps.packageLock;
      const sources = derivation.npmDeps.packageSourceOverrides;
      expect(Object.keys(sources)).toEqual(Object.keys(packages).filter((path) => path !== ""));
      expect(Object.keys(sources).length).toBeGreaterThan(100);
      for (const [path, { outputHash, buildCommand }] of Object.entries(sources)) {
        const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
        expect(outputHash).toMatch(/^sha512-/);
        expect(outputHash).toBe(packages[path]?.integrity);
        expect(buildCommand).toContain(`npm pack --silent ${name}@${packages[path]?.version}\n`);
      }
    });

    it.each(["node_modules/re2js", "node_modules/@noble/hashes"])("gets what the hash is of: %s", (path) =>
      withTemporaryDirectory(async (directory) => {
        const { outputHash, buildCommand } = derivation.npmDeps.packageSourceOverrides[path] as PackageSource;
        const out = join(directory, "out.tgz");
        const env = { ...process.env, TMPDIR: directory, out } as Record<string, string>;
        const bash = programRunner([programs.bash, "--norc", "-euc"]);
        expect(await bash({ args: [buildCommand], directory, env })).toMatchObject({ status: 0 });
        expect(`sha512-${createHash("sha512").update(readFileSync(out)).digest("base64")}`).toBe(outputHash);
      }),
    );

    it("has all optional packages, unless some are chosen", async () => {
      for (const { npmDeps } of [derivation, await packageWith('{ optionalPackages = [ "openpgp" ]; }')]) {
        const kept = npmDeps === derivation.npmDeps ? peers : ["openpgp"];
        for (const project of [npmDeps.package, npmDeps.packageLock.packages[""]]) {
          expect(Object.keys(project?.dependencies ?? {})).toEqual(
            [...Object.keys(manifest.dependencies), ...kept].toSorted(),
          );
          expect(Object.keys(project?.devDependencies ?? {})).toEqual(
            Object.keys(manifest.devDependencies).filter((name) => !kept.includes(name)),
          );
        }
      }
    });

    it("is built with package.json in its own order, and pruned with the one that has the optional packages", () =>
      withTemporaryDirectory(async (directory) => {
        writeFileSync(join(directory, "package.json"), "{}");
        mkdirSync(join(directory, "deps"));
        writeFileSync(join(directory, "deps/package.json"), '{"dependencies":{}}');
        const env = { PATH: process.env["PATH"] ?? "", src: root, npmDeps: join(directory, "deps") };
        const bash = programRunner([programs.bash, "--norc", "-euc"]);
        expect(await bash({ args: [derivation.preBuild], directory, env })).toMatchObject({ status: 0, stderr: "" });
        const original = readFileSync(join(root, "package.json"), "utf8");
        expect(readFileSync(join(directory, "package.json"), "utf8")).toBe(original);
        expect(await bash({ args: [derivation.preInstall], directory, env })).toMatchObject({ status: 0, stderr: "" });
        expect(readFileSync(join(directory, "package.json"), "utf8")).toBe('{"dependencies":{}}');
      }));

    it("installs the manual page, completions, and the installer with the programs that it starts", () =>
      withTemporaryDirectory(async (directory) => {
        const out = join(directory, "out");
        await prepareBuild(directory, out);
        const script = `${buildFunctions}\n${derivation.postInstall}`;
        const env = { PATH: process.env["PATH"] ?? "", out };
        const bash = programRunner([programs.bash, "--norc", "-euc"]);
        expect(await bash({ args: [script], directory, env })).toMatchObject({ status: 0, stderr: "" });
        expect(readFileSync(join(out, "sops-ts.1"), "utf8")).toBe(manualPage("1.2.3"));
        expect(readFileSync(join(out, "completions"), "utf8")).toMatch(
          /^--cmd sops-ts\n--bash .*in bash.*\n--fish .*in fish.*\n--zsh #compdef sops-ts\n$/,
        );
        writeFileSync(join(directory, "m.json"), '{"secretsMountPoint":"/s.d","symlinkPath":"/s"}');
        const installer = programRunner([join(out, "bin/sops-install-secrets")]);
        const args = ["-check-mode=manifest", "m.json"];
        expect(await installer({ args, directory, env })).toMatchObject({ status: 0, stderr: "" });
        expect(await installer({ args: ["nope.json"], directory, env })).toMatchObject({
          status: 1,
          stderr: expect.stringContaining("sops-ts install-secrets: failed to open manifest"),
        });
        const wrapper = readFileSync(join(out, "bin/sops-install-secrets"), "utf8");
        expect(wrapper).toContain(":/nix/store/getent/bin:/nix/store/util-linux/bin");
      }));

    it("needs no programs of Linux elsewhere", async () => {
      const text = await evaluate("(darwinPkgs.callPackage ./nix/package.nix { }).postInstall");
      expect(text).toMatch(/ --add-flags install-secrets\n$/);
    });
  });

  it("the overlay has sops-ts, also under the name of sops-nix's installer", async () => {
    const overlaid = "let final = pkgs // import ./nix/overlay.nix final pkgs; in final";
    expect(await evaluate(`with (${overlaid}); [ sops-ts.pname sops-install-secrets.pname ]`)).toEqual([
      "sops-ts",
      "sops-ts",
    ]);
    expect(await evaluate("(import ./nix { inherit pkgs; }).pname")).toBe("sops-ts");
  });

  it("the flake has packages for each system, the overlay, and a module for each kind of configuration", async () => {
    const outputs = `(import ./flake.nix).outputs {
      self = { };
      nixpkgs = { inherit lib; legacyPackages.x86_64-linux = pkgs; legacyPackages.aarch64-darwin = darwinPkgs; };
    }`;
    expect(
      await evaluate(`with (${outputs}); {
        systems = builtins.attrNames packages;
        names = map (system: packages.\${system}.default.pname) [ "x86_64-linux" "aarch64-darwin" ];
        overlay = (overlays.default pkgs pkgs).sops-ts.pname;
        modules = map (module: builtins.pathExists module.default) [ nixosModules darwinModules homeModules ];
      }`),
    ).toEqual({
      systems: ["aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux"],
      names: ["sops-ts", "sops-ts"],
      overlay: "sops-ts",
      modules: [true, true, true],
    });
  });

  it.each([
    ["NixOS without sops-nix", "pkgs", "environment.systemPackages", ["environment"]],
    ["NixOS with sops-nix", "pkgs", "environment.systemPackages sops.package", ["environment", "sops"]],
    ["home-manager with sops-nix", "pkgs", "home.packages sops.package", ["home", "sops"]],
    ["home-manager on macOS", "darwinPkgs", "home.packages sops.package", ["home", "sops"]],
    ["nix-darwin with sops-nix", "darwinPkgs", "environment.systemPackages sops.package", ["environment", "no sops"]],
  ])("the module in %s", async (_, pkgs, options, wanted) => {
    const declared = options
      .split(" ")
      .map((name) => `${name} = { };`)
      .join(" ");
    const configOf = (settings: string): Promise<unknown> =>
      evaluate(
        `stand.configOf ./nix/module.nix { pkgs = ${pkgs}; options = { ${declared} }; settings = { ${settings} }; }`,
      );
    expect(await configOf("")).toEqual({});
    expect(await configOf("enable = true;")).toEqual(configWith(wanted, "/nix/store/sops-ts"));
    const own = 'enable = true; package.outPath = "/nix/store/own";';
    expect(await configOf(own)).toEqual(configWith(wanted, "/nix/store/own"));
  });
});

/** `mkDefault` lets a `sops.package` of the user's stand. */
function configWith(options: readonly string[], path: string): Record<string, object> {
  const all: Record<string, object> = {
    environment: { systemPackages: [path] },
    home: { packages: [path] },
    sops: { package: { default: path } },
    "no sops": { package: {} },
  };
  return Object.fromEntries(options.map((name) => [name.replace("no ", ""), all[name] ?? {}]));
}

/** A folder as the build leaves it, and the command as npm's package installs it. */
async function prepareBuild(directory: string, out: string): Promise<void> {
  const command = await bundledCommand();
  mkdirSync(join(directory, "bin"));
  mkdirSync(join(directory, "dist"));
  mkdirSync(join(out, "bin"), { recursive: true });
  writeFileSync(join(directory, "bin/sops-ts"), `import(${JSON.stringify(command[1])});\n`);
  writeFileSync(join(directory, "dist/sops-ts.1"), manualPage("1.2.3"));
  await installSopsTs(join(out, "bin"), command);
}

const buildFunctions = `
installManPage() { cp "$1" "$out/"; }
installShellCompletion() {
  printf '%s %s\\n' "$1" "$2"
  shift 2
  while [ $# -gt 0 ]; do printf '%s %s\\n' "$1" "$(head -n 1 "$2")"; shift 2; done
} >"$out/completions"
makeWrapper() {
  [ "$3 $5 $6 $7" = "--add-flags --suffix PATH :" ]
  printf '#!/bin/sh\\nPATH=$PATH:%s exec %s %s "$@"\\n' "$8" "$1" "$4" >"$2"
  chmod +x "$2"
}`;
