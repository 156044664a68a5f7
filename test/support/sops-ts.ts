import { namedProgram } from "./built-program.ts";
import { type CommandRunner, programRunner } from "./command-runner.ts";
import { runInProcess } from "./in-process.ts";

const named = namedProgram();

/** Runs sops-ts: in this process, which is quick; or the program that `SOPS_TS_COMMAND` names. */
export const runSopsTs: CommandRunner = named === undefined ? runInProcess : programRunner([named]);
