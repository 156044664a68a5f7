import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bundledCommand } from "../support/bundled-program.ts";
import { corpusText } from "../support/cli-case.ts";
import { programRunner } from "../support/command-runner.ts";
import { canary, type EditWorld, withEditWorld } from "../support/edit-world.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { envelopesOf } from "../support/layout.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { until } from "../support/session.ts";
import { openTerminal, type Terminal } from "../support/terminal.ts";

const encrypted = corpusText("commands/exec-file/f.yaml");
const plain = 'a: 1\nb:\n    c: orchard\n    list:\n        - x\n        - "y": 1\n# note\nd: last\n';

/** The keys of an editor. */
interface Keys {
  /** Puts a text at the beginning of the file; the editor stays as it is then. */
  insert(text: string): string;
  /** Takes the first line away. */
  readonly removeLine: string;
  readonly save: string;
  /** Ends an editor that has nothing to save. */
  readonly quit: string;
  /** Shown when the file is on the screen. */
  readonly opened: string;
  /** What an editor leaves when its terminal is gone. */
  readonly rescued: string;
}

const editors: Readonly<Record<"vim" | "nano", Keys>> = {
  vim: {
    insert: (text) => `ggi${text}`,
    removeLine: "\u001bggdd",
    save: "\u001b:wq\r",
    quit: "\u001b:q\r",
    opened: "orchard",
    rescued: ".f.yaml.swp.unsaved",
  },
  nano: {
    insert: (text) => text,
    removeLine: "\u000b",
    save: "\u0018y\r",
    quit: "\u0018",
    opened: "orchard",
    rescued: "f.yaml.save.unsaved",
  },
};

const pause = (): Promise<unknown> => new Promise((done) => setTimeout(done, 500));

/** Directories with plain text on the memory file system. */
const plainDirectories = (): string[] =>
  existsSync("/dev/shm") ? readdirSync("/dev/shm").filter((entry) => /^\d+$/.test(entry)) : [];

async function openEditor(world: EditWorld, script: string, editor: string, env: object = {}): Promise<Terminal> {
  const terminal = openTerminal({
    script,
    command: [...(await bundledCommand()), "edit", "f.yaml"],
    directory: world.directory,
    env: { ...world.env, SOPS_EDITOR: editor, TERM: "xterm", LC_ALL: "C.UTF-8", ...env },
  });
  return terminal;
}

describe.each(["vim", "nano"] as const)("editing with %s", (name) => {
  const keys = editors[name];

  describeWithPrograms([name, "script", "sops"], "at a terminal", (programs) => {
    const editor = programs[name];
    /** What the real sops reads. */
    const decrypted = async (world: EditWorld, file: string): Promise<string> => {
      const outcome = await programRunner([programs.sops])({ ...world, args: ["decrypt", file] });
      expect(outcome.status, outcome.stderr).toBe(0);
      return new TextDecoder().decode(outcome.stdout);
    };
    const inWorld = (use: (world: EditWorld) => Promise<void>): Promise<void> =>
      withEditWorld({ "f.yaml": encrypted }, [], use);

    it("encrypts what was typed and saved", () =>
      inWorld(async (world) => {
        const terminal = await openEditor(world, programs.script, editor);
        await terminal.until(keys.opened);
        terminal.type(keys.insert(`new: ${canary}\r`));
        terminal.type(keys.save);
        expect((await terminal.ended).status).toBe(0);
        expect(await decrypted(world, "f.yaml")).toBe(`new: ${canary}\n${plain}`);
        const kept = envelopesOf(Buffer.from(world.read("f.yaml")));
        for (const envelope of envelopesOf(Buffer.from(encrypted))) expect(kept).toContain(envelope);
      }));

    it("changes nothing when nothing is typed", () =>
      inWorld(async (world) => {
        const terminal = await openEditor(world, programs.script, editor);
        await terminal.until(keys.opened);
        terminal.type(keys.quit);
        const { status, shown } = await terminal.ended;
        expect(status).toBe(200);
        expect(shown).toContain("File has not changed, exiting.\r\n");
        expect(world.read("f.yaml")).toBe(encrypted);
      }));

    it("goes on after Enter when the text was no file, and every key reaches the editor", () =>
      inWorld(async (world) => {
        const terminal = await openEditor(world, programs.script, editor);
        await terminal.until(keys.opened);
        terminal.type(keys.insert("new: [\r"));
        terminal.type(keys.save);
        await terminal.until("Press enter to return to the editor");
        terminal.type("\r");
        await terminal.until(keys.opened);
        terminal.type(keys.removeLine);
        terminal.type(keys.insert(`new: ${canary}\r`));
        terminal.type(keys.save);
        const { status, shown } = await terminal.ended;
        expect(status, shown).toBe(0);
        expect(await decrypted(world, "f.yaml")).toBe(`new: ${canary}\n${plain}`);
      }));

    it("ends with Ctrl+C when the text was no file, and keeps it encrypted", () =>
      inWorld(async (world) => {
        const terminal = await openEditor(world, programs.script, editor);
        await terminal.until(keys.opened);
        terminal.type(keys.insert(`new: [${canary}\r`));
        terminal.type(keys.save);
        await terminal.until("Press enter to return to the editor");
        terminal.type("\u0003");
        expect((await terminal.ended).status).toBe(1);
        expect(world.read("f.yaml")).toBe(encrypted);
        expect(await decrypted(world, "f.yaml.unsaved")).toBe(`new: [${canary}\n${plain}`);
      }));

    it("leaves Ctrl+C to the editor", () =>
      inWorld(async (world) => {
        const terminal = await openEditor(world, programs.script, editor);
        await terminal.until(keys.opened);
        terminal.type(keys.insert("new: 1\r"));
        // An editor drops what is typed right before Ctrl+C.
        await pause();
        terminal.type("\u0003");
        await pause();
        terminal.type(keys.save);
        expect((await terminal.ended).status).toBe(0);
        expect(await decrypted(world, "f.yaml")).toBe(`new: 1\n${plain}`);
      }));

    it("keeps encrypted what the editor rescues when its terminal is closed", () =>
      inWorld(async (world) => {
        const before = plainDirectories();
        const terminal = await openEditor(world, programs.script, editor);
        await terminal.until(keys.opened);
        terminal.type(keys.insert(canary));
        await terminal.until(canary.slice(-1));
        terminal.close();
        await until(() => existsSync(`${world.directory}/${keys.rescued}`), "the rescued text");
        await until(() => plainDirectories().every((entry) => before.includes(entry)), "the end");
        expect(world.read("f.yaml")).toBe(encrypted);
        expect(await decrypted(world, keys.rescued)).toContain(canary);
      }));
  });
});

describeWithPrograms(["script", "vim"], "editing without a variable", ({ script, vim }) => {
  it("opens vim", () =>
    withEditWorld({ "f.yaml": encrypted }, [], async (world) => {
      const env = { SOPS_EDITOR: "", EDITOR: "" };
      const terminal = await openEditor(world, script, "", { ...env, PATH: `${vim.replace(/\/vim$/, "")}` });
      await terminal.until(editors.vim.opened);
      terminal.type(editors.vim.quit);
      expect((await terminal.ended).status).toBe(200);
      const outcome = await runSopsTs({ ...world, args: ["decrypt", "f.yaml"] });
      expect(new TextDecoder().decode(outcome.stdout)).toBe(plain);
    }));
});
