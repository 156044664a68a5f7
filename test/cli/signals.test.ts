import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { corpusText } from "../support/cli-case.ts";
import { canary, type EditWorld, withEditWorld } from "../support/edit-world.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import type { EditorRound } from "../support/scripted-editor.ts";
import { type Session, startSession, until } from "../support/session.ts";

const encrypted = corpusText("commands/exec-file/f.yaml");
const files = { "f.yaml": encrypted, "g.env": corpusText("commands/exec-env/g.env") };
const changed = `a: ${canary}\n`;
const unix = process.platform !== "win32";

const tools = (world: EditWorld): string => join(dirname(world.directory), "tools");

/** Whether a process runs whose command line has this word, where the system tells. */
function isRunning(word: string): boolean {
  if (!existsSync("/proc/self/cmdline")) return false;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .some((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8").includes(word);
      } catch {
        return false;
      }
    });
}

const decrypted = async (world: EditWorld, name: string): Promise<string> =>
  new TextDecoder().decode((await runSopsTs({ ...world, args: ["decrypt", name] })).stdout);

/** Starts to edit, and waits until the editor has done what it does in its last round before it stays. */
async function startEdit(world: EditWorld, round: number): Promise<Session> {
  const session = await startSession({ ...world, args: ["edit", "f.yaml"] });
  await until(() => existsSync(join(tools(world), `round-${round}-stays`)), "the editor");
  return session;
}

const withEditor = (rounds: readonly EditorRound[], use: (world: EditWorld) => Promise<void>): Promise<void> =>
  withEditWorld(files, rounds, async (world) => {
    await use(world);
    expect(isRunning(tools(world)), "whether something of the editor runs").toBe(false);
  });

describe.runIf(unix).concurrent("a signal while the editor is open", () => {
  it.each<[NodeJS.Signals, number | NodeJS.Signals]>([
    ["SIGINT", 1],
    ["SIGTERM", 1],
    ["SIGQUIT", 1],
    ["SIGHUP", "SIGHUP"],
  ])("%s ends editor and program, and what was typed is kept encrypted", (signal, status) =>
    withEditor([{ saves: changed, stays: true }], async (world) => {
      const session = await startEdit(world, 1);
      session.signal(signal);
      const { end, stderr } = await session.ended;
      expect(end).toBe(status);
      expect(stderr).toContain("User canceled operation");
      expect(stderr).toContain(`What you typed is kept, encrypted, in ${world.directory}/f.yaml.unsaved.`);
      expect(await decrypted(world, "f.yaml.unsaved")).toBe(changed);
      expect(world.read("f.yaml")).toBe(encrypted);
    }),
  );

  it("leaves nothing when nothing was typed", () =>
    withEditor([{ stays: true }], async (world) => {
      const session = await startEdit(world, 1);
      session.signal("SIGTERM");
      expect(await session.ended).toEqual({ end: 1, stdout: "", stderr: "User canceled operation\n" });
      expect(readdirSync(world.directory).sort()).toEqual(Object.keys(files).sort());
    }));

  it("from the terminal's keys is for the editor, whose end by it is the end", () =>
    withEditor([{ saves: changed, stays: true }], async (world) => {
      const session = await startEdit(world, 1);
      session.signalAll("SIGINT");
      expect(await session.ended).toMatchObject({
        end: 1,
        stderr: expect.stringContaining("User canceled operation\n"),
      });
      expect(await decrypted(world, "f.yaml.unsaved")).toBe(changed);
    }));

  it("from the terminal's keys is for the editor, which may go on", () =>
    withEditor([{ saves: changed, stays: true, minds: ["SIGINT"] }], async (world) => {
      const session = await startEdit(world, 1);
      session.signalAll("SIGINT");
      expect(await session.ended).toMatchObject({ end: 0, stderr: "" });
      expect(await decrypted(world, "f.yaml")).toBe(changed);
    }));

  it("ends an editor too that does not listen", () =>
    withEditor([{ saves: changed, stays: true, minds: ["SIGTERM"] }], async (world) => {
      const session = await startEdit(world, 1);
      session.signal("SIGTERM");
      expect(await session.ended).toMatchObject({ end: 1 });
    }));
});

describe.runIf(unix).concurrent("a signal while nobody has answered yet", () => {
  it.each<NodeJS.Signals>(["SIGINT", "SIGTERM"])("%s ends the program, and what was typed is kept", (signal) =>
    withEditor([{ saves: "a: [" }], async (world) => {
      const session = await startSession({ ...world, args: ["edit", "f.yaml"] });
      await until(() => world.editor.paths().length === 1, "the editor");
      await new Promise((done) => setTimeout(done, 300));
      session.signal(signal);
      const { end, stderr } = await session.ended;
      expect(end).toBe(1);
      expect(stderr).toMatch(/Press enter to return[^\n]*\nUser canceled operation\nWhat you typed is kept/);
      expect(await decrypted(world, "f.yaml.unsaved")).toBe("a: [");
    }),
  );
});

/** Runs a command with `exec-file` and gives it a signal when it has made the file `ready`. */
async function runSignalled(
  args: readonly string[],
  command: string,
  send: (session: Session) => void,
): Promise<{ end: unknown; stdout: string; stderr: string }> {
  let result: { end: unknown; stdout: string; stderr: string } | undefined;
  await withEditWorld(files, [], async (world) => {
    const [name = "", file = "f.yaml", ...flags] = args;
    // Where the plain file is, to look for it afterwards.
    const line = `echo {} > path; ${command}`;
    const session = await startSession({ ...world, args: [name, ...flags, file, line] });
    await until(() => existsSync(join(world.directory, "ready")), "the command");
    send(session);
    result = await session.ended;
    const path = world.read("path").trim();
    if (path !== "{}") expect(existsSync(dirname(path)), "whether the plain file is left").toBe(false);
  });
  return result ?? expect.fail("it did not end");
}

describe.runIf(unix).concurrent("a signal while a command runs", () => {
  const commands: [string, string[]][] = [
    ["exec-env", ["exec-env", "g.env"]],
    ["exec-file", ["exec-file", "f.yaml"]],
    ["exec-file --no-fifo", ["exec-file", "f.yaml", "--no-fifo"]],
  ];

  it.each(commands)("goes to the command of %s, whose status counts", async (_, args) => {
    const command = "trap 'echo got; kill $!; exit 7' TERM; : > ready; sleep 60 & wait";
    const { end, stdout } = await runSignalled(args, command, (session) => session.signal("SIGTERM"));
    expect({ end, stdout }).toEqual({ end: 7, stdout: "got\n" });
  });

  it.each<NodeJS.Signals>(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"])(
    "%s ends the command, and sops-ts in the same way",
    async (signal) => {
      const send = (session: Session): void => session.signal(signal);
      const { end } = await runSignalled(["exec-file"], "ulimit -c 0; : > ready; exec sleep 60", send);
      expect(end).toBe(signal);
    },
  );

  it("that all got does not reach the command twice", async () => {
    const command = "n=0; trap 'n=$((n+1))' INT; (sleep 0.2; : > ready) & sleep 60; sleep 0.6; echo $n";
    const { end, stdout } = await runSignalled(["exec-file"], command, (session) => session.signalAll("SIGINT"));
    expect({ end, stdout }).toEqual({ end: 0, stdout: "1\n" });
  });

  it("is a signal to the command that has the program's place", async () => {
    const send = (session: Session): void => session.signal("SIGTERM");
    const args = ["exec-env", "g.env", "--same-process"];
    expect(await runSignalled(args, ": > ready; exec sleep 60", send)).toEqual({
      end: "SIGTERM",
      stdout: "",
      stderr: "",
    });
  });
});

describe.runIf(unix).concurrent("a command that ends", () => {
  it("by a signal of its own in the program's place ends the program by it", () =>
    withEditWorld(files, [], async (world) => {
      const session = await startSession({ ...world, args: ["exec-env", "--same-process", "g.env", "kill -KILL $$"] });
      expect(await session.ended).toEqual({ end: "SIGKILL", stdout: "", stderr: "" });
    }));

  it("while a program that it started still has the pipe open does not keep sops-ts", () =>
    withEditWorld(files, [], async (world) => {
      const args = ["exec-file", "f.yaml", "(exec 3< {}; sleep 15) & sleep 0.2"];
      const started = Date.now();
      expect((await (await startSession({ ...world, args })).ended).end).toBe(0);
      expect(Date.now() - started).toBeLessThan(15_000);
    }));
});

describe.runIf(unix && process.getuid?.() === 0).concurrent("another user", () => {
  const show = 'id -un; id -gn; id -G; echo "$HOME $USER $LOGNAME $A"; touch /root/leak 2>/dev/null || echo refused';

  it("runs the command of exec-env, with the user's groups and variables", () =>
    withEditWorld(files, [], async (world) => {
      const args = ["exec-env", "--user", "nobody", "g.env", show];
      const { end, stdout } = await (await startSession({ ...world, args })).ended;
      expect(end).toBe(0);
      expect(stdout).toMatch(/^nobody\n(\w+)\n\d+\n\/\w+ nobody nobody 1\nrefused\n$/);
    }));

  it.each([{ flags: [] }, { flags: ["--no-fifo"] }])("runs the command of exec-file $flags", ({ flags }) =>
    withEditWorld(files, [], async (world) => {
      const args = ["exec-file", ...flags, "--user", "nobody", "f.yaml", 'id -un; cat {}; test -O {} && echo "$HOME"'];
      const env = { ...world.env, TMPDIR: "/tmp" };
      const { end, stdout } = await (await startSession({ ...world, env, args })).ended;
      expect({ end, stdout }).toEqual({ end: 0, stdout: expect.stringMatching(/^nobody\na: 1\n[^]*\n\/\w+\n$/) });
    }),
  );
});
