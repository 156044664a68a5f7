import { expect, it, vi } from "vitest";
import { PostgresLog } from "../../../src/cli/audit/postgres-log.ts";
import { memoryPlatform } from "../../support/memory-platform.ts";

vi.mock("pg", () => {
  throw Object.assign(new TypeError("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
});

it("without the package pg the error is the line that installs it", async () => {
  const world = { platform: memoryPlatform({ env: { USER: "me" } }), warn: (): void => undefined };
  await expect(PostgresLog.open("host=127.0.0.1 port=1", world)).rejects.toMatchObject({
    code: "MISSING_OPTIONAL_DEPENDENCY",
    message: "Audit logs in PostgreSQL need the package pg, which is not installed. Run: npm install pg",
    hint: "npm install pg",
  });
});
