import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";

/** The real programs that interop tests run. */
export type ProgramName =
  | "sops"
  | "age"
  | "age-keygen"
  | "age-plugin-batchpass"
  | "gpg"
  | "ssh-keygen"
  | "script"
  | "bash"
  | "zsh"
  | "fish"
  | "groff"
  | "vim"
  | "nano"
  | "openssl"
  | "chromium"
  | "nix-instantiate"
  | "initdb"
  | "postgres"
  | "git"
  | "moto_server"
  | "gcp-storage-emulator"
  | "bao";

/** Paths of the programs that a test asked for. */
export type Programs<Name extends ProgramName> = Readonly<Record<Name, string>>;

/** Whether a missing program is a failure and not a reason to skip: on CI, or when asked for. */
export const interopRequired =
  process.env["CI"] === "true" || process.env["CI"] === "1" || process.env["SOPS_TS_REQUIRE_INTEROP"] === "1";

/**
 * The path of a program, searched on `PATH`, where `go install` puts programs, and where CI puts those of Python; undefined when
 * there is none.
 */
export function findProgram(name: string): string | undefined {
  return programFolders()
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * A `describe` whose body gets the paths of real programs. Without them its tests are skipped, and the reason is printed;
 * where they are required, one failing test says what is missing.
 */
export function describeWithPrograms<Name extends ProgramName>(
  names: readonly Name[],
  title: string,
  body: (programs: Programs<Name>) => void,
): void {
  const found = names.map((name) => [name, findProgram(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length === 0) {
    describe(title, () => body(Object.fromEntries(found) as Programs<Name>));
    return;
  }
  const reason = `${missing.join(", ")} not found on PATH or in Go's bin folder`;
  describe(title, () => {
    if (interopRequired) {
      it("finds the programs that it needs", () => {
        throw new Error(`${reason}; they are required here`);
      });
      return;
    }
    console.warn(`skipped: ${title}: ${reason}`);
    it("runs with the real programs", (context) => context.skip(reason));
  });
}

const postgresVersions = "/usr/lib/postgresql";

function programFolders(): string[] {
  const goPath = process.env["GOPATH"] ?? join(homedir(), "go");
  const goFolders = [process.env["GOBIN"], ...goPath.split(delimiter).map((folder) => join(folder, "bin"))];
  const path = (process.env["PATH"] ?? "").split(delimiter);
  // Debian keeps the programs of PostgreSQL's server beside those of its other versions.
  const postgres = existsSync(postgresVersions) ? readdirSync(postgresVersions) : [];
  const postgresFolders = postgres.map((version) => join(postgresVersions, version, "bin"));
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return [...path, ...goFolders, ...postgresFolders, join(cache, "sops-ts/python/bin")].filter(
    (folder) => folder !== undefined && folder !== "",
  ) as string[];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
