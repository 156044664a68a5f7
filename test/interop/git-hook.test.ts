import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { bundledCommand } from "../support/bundled-program.ts";
import { recipient } from "../support/cli-case.ts";
import { type Outcome, programRunner } from "../support/command-runner.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { installSopsTs } from "../support/shell-session.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const hooks = parse(readFileSync(new URL("../../.pre-commit-hooks.yaml", import.meta.url), "utf8")) as readonly {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly pass_filenames: boolean;
}[];

describeWithPrograms(["git"], "the hook before a commit", ({ git }) => {
  /** A repository whose hook is what `.pre-commit-hooks.yaml` says. */
  const inRepository = (use: (repository: Repository) => Promise<void>): Promise<void> =>
    withTemporaryDirectory(async (folder) => {
      const [directory, programs] = [join(folder, "work"), join(folder, "bin")];
      for (const path of [directory, programs, join(directory, "secrets")]) mkdirSync(path);
      await installSopsTs(programs, await bundledCommand());
      const identity = {
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@b",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@b",
      };
      const env = { PATH: `${programs}:${process.env["PATH"] ?? ""}`, HOME: folder, ...identity };
      const run = (command: string, ...args: string[]): Promise<Outcome> =>
        programRunner([command])({ args, directory, env });
      expect(await run(git, "init", "-q")).toMatchObject({ status: 0 });
      const hook = join(directory, ".git/hooks/pre-commit");
      writeFileSync(hook, `#!/bin/sh\nexec ${hooks[0]?.entry} >&2\n`);
      chmodSync(hook, 0o755);
      writeFileSync(
        join(directory, ".sops.yaml"),
        `creation_rules:\n  - path_regex: ^secrets/\n    age: ${recipient("alice")}\n`,
      );
      await use({ git: (...args) => run(git, ...args), sopsTs: (...args) => run("sops-ts", ...args), directory });
    });

  it("is one that takes no names of files, as it asks git for what is staged", () => {
    expect(hooks).toMatchObject([{ id: "sops-ts-check", language: "system", pass_filenames: false }]);
  });

  it("refuses a plain file, and takes it when it is encrypted", () =>
    inRepository(async ({ git: run, sopsTs, directory }) => {
      const file = "secrets/new file.yaml";
      writeFileSync(join(directory, file), "password: canary-plain\n");
      await run("add", ".");
      const refused = await run("commit", "-qm", "first");
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain(
        "secrets/new file.yaml: the file is not encrypted, and a creation rule names it",
      );
      expect(refused.stderr).not.toContain("canary");
      expect((await run("rev-parse", "-q", "--verify", "HEAD")).status).toBe(1);
      expect(await sopsTs("encrypt", "-i", file)).toMatchObject({ status: 0 });
      // What is staged is still the plain file.
      expect((await run("commit", "-qm", "first")).status).toBe(1);
      await run("add", ".");
      expect(await run("commit", "-qm", "first")).toMatchObject({ status: 0 });
    }));

  it("sees what `commit -a` and a commit of some files will have, from any directory", () =>
    inRepository(async ({ git: run, sopsTs, directory }) => {
      for (const name of ["a.yaml", "b.yaml"]) {
        writeFileSync(join(directory, "secrets", name), "a: 1\n");
        expect(await sopsTs("encrypt", "-i", `secrets/${name}`)).toMatchObject({ status: 0 });
      }
      await run("add", ".");
      expect(await run("commit", "-qm", "first")).toMatchObject({ status: 0 });
      await run("config", "diff.relative", "true");
      writeFileSync(join(directory, "secrets/a.yaml"), "a: 1\n");
      writeFileSync(join(directory, "README"), "text\n");
      await run("add", "README");
      expect(await run("-C", "secrets", "commit", "-qam", "all")).toMatchObject({ status: 1 });
      expect(await run("commit", "-qm", "some", "README", "secrets/a.yaml")).toMatchObject({ status: 1 });
      expect(await run("commit", "-qm", "some", "README", "secrets/b.yaml")).toMatchObject({ status: 0 });
    }));
});

interface Repository {
  readonly directory: string;
  git(...args: string[]): Promise<Outcome>;
  sopsTs(...args: string[]): Promise<Outcome>;
}
