import { describe, expect, it } from "vitest";
import { mergeEnvironment, runInForeground, shellCommand } from "../../src/cli/child.ts";
import { describeEnd, type ProgramEnd, type Programs } from "../../src/cli/programs.ts";

describe("an environment", () => {
  it.each([
    ["linux", { Path: "1", PATH: "2" }],
    ["win32", { PATH: "2" }],
  ])("on %s has a later value in the place of an earlier one", (os, expected) => {
    expect(mergeEnvironment(os, { Path: "1" }, { PATH: "2" })).toEqual(expected);
  });

  it("keeps names that objects have anyway", () => {
    const merged = mergeEnvironment("linux", { constructor: "1" }, Object.fromEntries([["__proto__", "2"]]));
    expect(Object.entries(merged).sort()).toEqual([
      ["__proto__", "2"],
      ["constructor", "1"],
    ]);
  });
});

describe("a command", () => {
  it("is for the shell of the system", () => {
    expect(shellCommand("linux", "a b")).toEqual(["/bin/sh", "-c", "a b"]);
    expect(shellCommand("win32", "a b")).toEqual(["cmd.exe", "/C", "a b"]);
  });
});

describe("the end of a program", () => {
  it.each<[ProgramEnd, string | undefined]>([
    [{ status: 0, signal: undefined }, undefined],
    [{ status: 7, signal: undefined }, "exit status 7"],
    [{ status: undefined, signal: "SIGKILL" }, "signal: killed"],
    [{ status: undefined, signal: "SIGSEGV" }, "signal: segmentation fault"],
    [{ status: undefined, signal: "SIGSTKFLT" }, "signal: SIGSTKFLT"],
  ])("%j is %j", (end, words) => {
    expect(describeEnd(end)).toBe(words);
  });
});

/** Programs whose child ends as given; tells how this process would have been ended. */
function programsEnding(end: ProgramEnd): { programs: Programs; signals: NodeJS.Signals[] } {
  const signals: NodeJS.Signals[] = [];
  const programs: Programs = {
    environment: () => ({}),
    start: async () => ({ pid: 1, ended: Promise.resolve(end), sendSignal: () => undefined }),
    replaceProcess: () => undefined,
    endBySignal: async (signal) => void signals.push(signal),
  };
  return { programs, signals };
}

describe("a child that", () => {
  it.each<[string, ProgramEnd, boolean, object, NodeJS.Signals[]]>([
    ["succeeds", { status: 0, signal: undefined }, false, { exitCode: 0 }, []],
    ["fails", { status: 3, signal: undefined }, false, { exitCode: 3, complaint: "exit status 3" }, []],
    ["fails in place", { status: 3, signal: undefined }, true, { exitCode: 3 }, []],
    ["is killed", { status: undefined, signal: "SIGKILL" }, false, { exitCode: 255, complaint: "signal: killed" }, []],
    ["is killed in place", { status: undefined, signal: "SIGKILL" }, true, { exitCode: 137 }, ["SIGKILL"]],
  ])("%s", async (_, end, inPlace, result, ended) => {
    const { programs, signals } = programsEnding(end);
    expect(await runInForeground(programs, (run) => run(["x"], {}), { inPlace })).toEqual(result);
    expect(signals).toEqual(ended);
  });
});
