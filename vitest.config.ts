import { defineConfig } from "vitest/config";

/** What starts sops-ts as a program, or can. */
const testsOfPrograms = [
  "test/cli/command-line.test.ts",
  "test/cli/completion.test.ts",
  "test/cli/edit-session.test.ts",
  "test/cli/interrupted-write.test.ts",
  "test/cli/nixos-commands.test.ts",
  "test/cli/program.test.ts",
  "test/cli/publish.test.ts",
  "test/cli/signals.test.ts",
  "test/check/check-command.test.ts",
  "test/nixos-workflows.test.ts",
  "test/secrecy.test.ts",
  "test/interop/age-secrets.test.ts",
  "test/interop/clouds.test.ts",
  "test/interop/completion.test.ts",
  "test/interop/corpus.test.ts",
  "test/interop/edit.test.ts",
  "test/interop/key-service.test.ts",
  "test/interop/log.test.ts",
  "test/interop/nix-corpus.test.ts",
  "test/interop/nixos-gpg.test.ts",
  "test/interop/pgp.test.ts",
  "test/interop/sops-usage.test.ts",
  "test/interop/terminal.test.ts",
];

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
          include: [...testsOfPrograms, "test/executable/**/*.test.ts"],
          env: { SOPS_TS_COMMAND: "dist-exe/sops-ts" },
          testTimeout: 120_000,
        },
      },
    ],
  },
});
