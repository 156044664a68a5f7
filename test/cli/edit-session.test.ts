import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { PlatformError } from "../../src/platform/platform.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { corpusText, recipient } from "../support/cli-case.ts";
import type { Outcome } from "../support/command-runner.ts";
import { canary, type EditWorld, withEditWorld } from "../support/edit-world.ts";
import { inputOf, isolatedPlatform } from "../support/in-process.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { pipedPrograms } from "../support/piped-programs.ts";

const encrypted = corpusText("commands/exec-file/f.yaml");
const plain = 'a: 1\nb:\n    c: orchard\n    list:\n        - x\n        - "y": 1\n# note\nd: last\n';
const broken = `a: [${canary}\n`;

const edit = async (world: EditWorld, args: readonly string[], stdin = ""): Promise<Outcome> => {
  const outcome = await runSopsTs({ ...world, args: ["edit", ...args], stdin: new TextEncoder().encode(stdin) });
  await expectNoSecrets([canary], { output: [outcome.stdout, outcome.stderr] });
  return outcome;
};

const decrypted = async (world: EditWorld, name: string): Promise<string> => {
  const outcome = await runSopsTs({ ...world, args: ["decrypt", name] });
  expect(outcome.status, outcome.stderr).toBe(0);
  return new TextDecoder().decode(outcome.stdout);
};

describe("a text that cannot be encrypted", () => {
  it("is shown again after Enter, as it was left", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ saves: broken }, { saves: `a: ${canary}\n` }], async (world) => {
      const outcome = await edit(world, ["f.yaml"], "\n");
      expect(outcome.status).toBe(0);
      expect(outcome.stderr).toMatch(
        /^\[CMD\]\t .* level=error msg="Could not load tree, probably due to invalid syntax\. Press enter to return to the editor, or Ctrl\+C to exit\." error="yaml: line [^"]*"\n$/,
      );
      expect(world.editor.shown()).toEqual([plain, broken]);
      expect(await decrypted(world, "f.yaml")).toBe(`a: ${canary}\n`);
      expect(readdirSync(world.directory)).toEqual(["f.yaml"]);
    }));

  it("is shown again as often as Enter is pressed", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ saves: broken }, {}, {}, { saves: "a: 2\n" }], async (world) => {
      expect((await edit(world, ["f.yaml"], "\n\n\n")).status).toBe(0);
      expect(world.editor.shown()).toEqual([plain, broken, broken, broken]);
      expect(await decrypted(world, "f.yaml")).toBe("a: 2\n");
    }));

  it("is dropped when the person goes back to what was there", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ saves: broken }, { saves: plain }], async (world) => {
      const outcome = await edit(world, ["f.yaml"], "\n");
      expect(outcome).toMatchObject({
        status: 200,
        stderr: expect.stringMatching(/\nFile has not changed, exiting\.\n$/),
      });
      expect(world.read("f.yaml")).toBe(encrypted);
      expect(readdirSync(world.directory)).toEqual(["f.yaml"]);
    }));

  it("ends the program when nobody can answer, and is kept encrypted", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ saves: broken }], async (world) => {
      const outcome = await edit(world, ["f.yaml"]);
      expect(outcome.status).toBe(2);
      expect(outcome.stderr).toContain(
        `\nWhat you typed is kept, encrypted, in ${world.directory}/f.yaml.unsaved.\nHint: sops-ts decrypt prints it.\n`,
      );
      expect(world.read("f.yaml")).toBe(encrypted);
      expect(await decrypted(world, "f.yaml.unsaved")).toBe(broken);
      expect(statSync(join(world.directory, "f.yaml.unsaved")).mode & 0o777).toBe(0o600);
    }));

  it.each<[what: string, file: string, args: string[], saves: string, status: number, words: string]>([
    ["a reserved key", "new.yaml", [], "sops: 1\n", 203, "Tree not valid for encryption."],
    ["a reserved key of a flat format", "new.env", [], "sops_x=1\n", 203, "Tree not valid for encryption."],
    ["no document", "new.yaml", [], "", 92, "Tree not valid for encryption."],
    ["a line that is none", "new.env", [], "x\n", 2, "Could not load tree, probably due to invalid syntax."],
    ["a list", "new.json", [], "[]\n", 2, "Could not load tree, probably due to invalid syntax."],
    ["an integer beyond 64 bits", "new.yaml", [], "x: 18446744073709551615\n", 23, "Could not encrypt the file."],
    ["metadata that are gone", "new.yaml", ["-s"], "x: 1\n", 1, "SOPS metadata is invalid."],
    ["metadata that are none", "new.yaml", ["-s"], "sops: 1\n", 1, "SOPS metadata is invalid."],
    [
      "metadata without keys",
      "new.yaml",
      ["-s"],
      "sops:\n    lastmodified: '2026-01-02T03:04:05Z'\n",
      1,
      "SOPS metadata",
    ],
    [
      "metadata with groups without keys",
      "new.yaml",
      ["-s"],
      "x: 1\nsops:\n    lastmodified: '2026-01-02T03:04:05Z'\n    version: 3.13.3\n    key_groups:\n        - age: []\n",
      1,
      "No master keys were provided, so sops can't encrypt the file",
    ],
  ])("because of %s", (_, file, args, saves, status, words) =>
    withEditWorld({}, [{ saves }, { saves }], async (world) => {
      const outcome = await edit(world, [...args, "--age", recipient("alice"), file], "\n");
      expect(outcome.status).toBe(status);
      expect(outcome.stderr.split("\n")[0]).toContain(words);
      expect(outcome.stderr.split("\n")[1]).toContain(words);
      expect(world.editor.shown()[1]).toBe(saves);
      if (saves !== "") expect(await decrypted(world, `${file}.unsaved`)).toBe(saves);
    }),
  );

  it("because of a version that is none", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ saves: encrypted.replace("3.13.3", "abc") }], async (world) => {
      const outcome = await edit(world, ["-s", "f.yaml"]);
      expect(outcome.status).toBe(202);
      expect(outcome.stderr).toContain('Failed to compare document version "abc" with program version "3.13.3"');
    }));
});

describe("what was typed", () => {
  const changed = `a: ${canary}\n`;

  it("is kept encrypted when the editor fails", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ saves: changed, status: 1 }], async (world) => {
      const outcome = await edit(world, ["f.yaml"]);
      expect(outcome.status).toBe(201);
      expect(outcome.stderr).toMatch(/^Could not run editor: exit status 1\nWhat you typed is kept, encrypted, in /);
      expect(await decrypted(world, "f.yaml.unsaved")).toBe(changed);
      expect(world.read("f.yaml")).toBe(encrypted);
    }));

  it("is not kept when the editor fails and has changed nothing", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ status: 1, leaves: { "f.yaml~": "" } }], async (world) => {
      const outcome = await edit(world, ["f.yaml"]);
      expect(outcome).toMatchObject({ status: 201, stderr: "Could not run editor: exit status 1\n" });
      expect(readdirSync(world.directory)).toEqual(["f.yaml"]);
    }));

  it("is kept too where an editor saved it in another file", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ status: 1, leaves: { "f.yaml.save": canary } }], async (world) => {
      const outcome = await edit(world, ["f.yaml"]);
      expect(outcome.stderr).toContain(`kept, encrypted, in ${world.directory}/f.yaml.save.unsaved.\n`);
      expect(await decrypted(world, "f.yaml.save.unsaved")).toBe(canary);
    }));

  it("never takes the place of what was kept before", () =>
    withEditWorld({ "f.yaml": encrypted, "f.yaml.unsaved": "old" }, [{ saves: broken }], async (world) => {
      const outcome = await edit(world, ["f.yaml"]);
      expect(outcome.stderr).toContain(`in ${world.directory}/f.yaml.unsaved-2.`);
      expect(world.read("f.yaml.unsaved")).toBe("old");
      expect(await decrypted(world, "f.yaml.unsaved-2")).toBe(broken);
    }));

  it("is kept in the home directory where its own directory is gone", () =>
    withEditWorld({}, [{ saves: changed }], async (world) => {
      const outcome = await edit(world, ["--age", recipient("alice"), "gone/new.yaml"]);
      expect(outcome.status).toBe(3);
      expect(outcome.stderr).toMatch(
        /^Could not open in-place file for writing: .*\nThe edited file is kept, encrypted, in .*\/home\/new\.unsaved\.yaml\.\nHint: /,
      );
      expect(await decrypted(world, join(world.home, "new.unsaved.yaml"))).toBe(changed);
    }));

  /** Edits where the file cannot be written. */
  const editFullDisk = async (world: EditWorld): Promise<{ status: number; stdout: string; stderr: string }> => {
    const heard = { stdout: "", stderr: "" };
    const listen = (name: "stdout" | "stderr") => ({
      isTerminal: false,
      write: (content: string | Uint8Array) => void (heard[name] += Buffer.from(content).toString()),
    });
    const status = await run(["edit", "f.yaml"], {
      platform: {
        ...isolatedPlatform(world),
        writeFile: async (path) => {
          throw new PlatformError(`write ${path}: no space left on device`);
        },
      },
      stdout: listen("stdout"),
      stderr: listen("stderr"),
      ...inputOf(new Uint8Array()),
      programs: pipedPrograms({ ...world, args: [] }, { stdout: [], stderr: [] }),
    });
    return { status, ...heard };
  };

  it("is kept as the encrypted file that could not be written", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ saves: changed }], async (world) => {
      const { status, stderr } = await editFullDisk(world);
      expect(status).toBe(3);
      expect(stderr).toContain("no space left on device\nThe edited file is kept, encrypted, in ");
      expect(world.read("f.yaml")).toBe(encrypted);
      expect(await decrypted(world, "f.unsaved.yaml")).toBe(changed);
    }));
});

describe("the plain text", () => {
  it("is gone where a directory has been made beside it", () =>
    withEditWorld({ "f.yaml": encrypted }, [{ saves: `a: ${canary}\n` }], async (world) => {
      const env = {
        ...world.env,
        SOPS_EDITOR: `sh -c 'mkdir "$1.d"; echo "${canary}" > "$1.d/x"; ${world.env["SOPS_EDITOR"]} "$1"' sh`,
      };
      expect((await edit({ ...world, env }, ["f.yaml"])).status).toBe(0);
    }));
});
