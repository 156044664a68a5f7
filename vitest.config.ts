import { defineConfig } from "vitest/config";

/** `unit` needs nothing but Node; `interop` runs the real programs and skips, with a reason, those that are missing. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    projects: [
      {
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/interop/**"], testTimeout: 30_000 },
      },
      {
        test: { name: "interop", include: ["test/interop/**/*.test.ts"], testTimeout: 120_000 },
      },
    ],
  },
});
