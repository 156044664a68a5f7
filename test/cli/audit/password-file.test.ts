import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { passwordFor } from "../../../src/cli/audit/password-file.ts";
import { platform } from "../../../src/platform/node.ts";
import { withTemporaryDirectory } from "../../support/temporary-directory.ts";

const lines = String.raw`# host:port:database:user:password
h:1:d:u:#1
short:line
h:*:*:other:#2
localhost:*:d:u:#3
we\:ird:*:*:*:a\:b\\
*:*:*:last:#4
`;

async function look(
  server: { host: string; port?: number },
  login: { user?: string; password?: string } = {},
  mode = 0o600,
): Promise<{ password: string; warnings: string[] }> {
  return withTemporaryDirectory(async (folder) => {
    const passwordFile = join(folder, "pgpass");
    await writeFile(passwordFile, lines);
    await chmod(passwordFile, mode);
    const warnings: string[] = [];
    const password = await passwordFor(
      { user: "u", password: "", database: "d", ...login, passwordFile },
      { port: 1, hostAddress: undefined, ...server },
      { platform, warn: (message) => void warnings.push(message) },
    );
    return { password, warnings };
  });
}

it.each([
  [{ host: "h" }, {}, "#1"],
  [{ host: "h", port: 2 }, {}, ""],
  [{ host: "h" }, { user: "other" }, "#2"],
  [{ host: "/run/pg" }, {}, "#3"],
  [{ host: "we:ird" }, {}, String.raw`a:b\ `.trim()],
  [{ host: "x" }, { user: "last" }, "#4"],
  [{ host: "h" }, { password: "given" }, "given"],
] as const)("the password for %j and %j is found", async (server, login, password) => {
  expect(await look(server, login)).toEqual({ password, warnings: [] });
});

it("a file that others may read is not used, and that is said", async () => {
  const { password, warnings } = await look({ host: "h" }, {}, 0o640);
  expect(password).toBe("");
  expect(warnings).toEqual([expect.stringContaining("has group or world access")]);
});

it("there need be no file", async () => {
  const login = { user: "u", password: "", database: "d", passwordFile: "/nothing/here" };
  const world = { platform, warn: (message: string): never => expect.fail(message) };
  expect(await passwordFor(login, { host: "h", port: 1, hostAddress: undefined }, world)).toBe("");
});
