import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { manualPage } from "../../tools/man/page.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const run = promisify(execFile);

describeWithPrograms(["groff"], "the manual page", ({ groff }) => {
  it("is formatted without a warning, and shows commands, quotes and dashes as they are typed", async () => {
    await withTemporaryDirectory(async (directory) => {
      const path = join(directory, "sops-ts.1");
      await writeFile(path, manualPage("1.2.3"));
      const { stdout, stderr } = await run(groff, ["-man", "-ww", "-Tascii", "-P-cbou", path], { env: {} });
      expect(stderr).toBe("");
      expect(stdout).toContain(`sops-ts decrypt --extract '["db"]["password"]' secrets.yaml\n`);
      expect(stdout).toMatch(/^ +-i, --in-place$/m);
      expect(stdout).toMatch(/^EXIT STATUS$/m);
    });
  });
});
