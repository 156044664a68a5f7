import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { expectNoSecrets } from "./canary.ts";
import { filesBelow } from "./files-below.ts";
import { corpusFolder } from "./corpus.ts";
import { type EditorRound, installEditor, type ScriptedEditor } from "./scripted-editor.ts";
import { withTemporaryDirectory } from "./temporary-directory.ts";

/** A text that must not be left anywhere in clear. */
export const canary = "canary-6f1d0c";

/** Folders and an environment to edit in. */
export interface EditWorld {
  readonly directory: string;
  /** Where temporary files go. */
  readonly temporary: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly editor: ScriptedEditor;
  /** The text of a file of the working directory. */
  read(name: string): string;
}

/**
 * Calls `use` in a fresh world with these files and an editor. Afterwards every directory that the editor saw must be gone, and no file
 * of the world may hold the canary.
 */
export async function withEditWorld(
  files: Readonly<Record<string, string>>,
  rounds: readonly EditorRound[],
  use: (world: EditWorld) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory(async (root) => {
    const folder = (name: string): string => {
      const path = join(root, name);
      mkdirSync(path);
      return path;
    };
    const [directory, temporary, home] = [folder("work"), folder("temporary"), folder("home")];
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    const editor = installEditor(folder("tools"), rounds);
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      XDG_CONFIG_HOME: join(home, "config"),
      TMPDIR: temporary,
      SOPS_AGE_KEY_FILE: join(corpusFolder, "keys", "alice.txt"),
      SOPS_EDITOR: editor.command,
    };
    const read = (name: string): string => readFileSync(join(directory, name), "utf8");
    await use({ directory, temporary, home, env, editor, read });
    const left = editor.paths().filter((path) => existsSync(dirname(path)));
    expect(left, "plain files that are left").toEqual([]);
    await expectNoSecrets([canary], { files: await filesBelow(directory, temporary, home) });
  });
}
