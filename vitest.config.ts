import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** The parts of the tests' support that start sops-ts as a program, where they are told to. */
const startsProgram = /support\/(?:built-program|bundled-program|session|shell-session|sops-ts|nix-case-main)\.ts"/;

/** The tests that can be held against a program, by what they import; but the package for Nix is one of the sources. */
const testsOfPrograms = readdirSync(new URL("test", import.meta.url), { recursive: true, encoding: "utf8" })
  .map((name) => `test/${name}`)
  .filter(
    (path) =>
      path.endsWith(".test.ts") &&
      !path.endsWith("/nix-expressions.test.ts") &&
      startsProgram.test(readFileSync(new URL(path, import.meta.url), "utf8")),
  );

/**
 * `unit` needs nothing but Node; `interop` runs the real programs and skips, with a reason, those that are missing; `executable` holds
 * what `npm run build:exe` made to the tests of the command line, in both; `package` packs what `npm run build` made and installs it.
 */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/interop/**", "test/executable/**", "test/package/**"],
          testTimeout: 30_000,
        },
      },
      {
        test: { name: "interop", include: ["test/interop/**/*.test.ts"], testTimeout: 120_000 },
      },
      {
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          globalSetup: "test/package/setup.ts",
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "executable",
          include: testsOfPrograms,
          env: { SOPS_TS_COMMAND: "dist-exe/sops-ts" },
          testTimeout: 120_000,
        },
      },
    ],
  },
});
