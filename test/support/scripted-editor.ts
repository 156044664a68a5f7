import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the editor does when it is opened once more. */
export interface EditorRound {
  /** What it saves; default: nothing. */
  readonly saves?: string;
  /** Files that it leaves beside the one it edits. */
  readonly leaves?: Readonly<Record<string, string>>;
  /** Its exit status; default: 0. */
  readonly status?: number;
  /** It goes on until it is ended. Default: false. */
  readonly stays?: boolean;
  /** Signals that end what it waits for, but not itself. Default: none. */
  readonly minds?: readonly NodeJS.Signals[];
}

/** An editor that is a program, with a script of what it does. */
export interface ScriptedEditor {
  /** For `SOPS_EDITOR`. */
  readonly command: string;
  /** What it was shown each time. */
  shown(): readonly string[];
  /** The paths of what it was shown. */
  paths(): readonly string[];
}

/** Puts an editor into a folder, which does one round each time it is opened, and after the last one nothing. */
export function installEditor(folder: string, rounds: readonly EditorRound[]): ScriptedEditor {
  const program = join(folder, "editor");
  writeFileSync(program, `#!/bin/sh\n${script}`);
  chmodSync(program, 0o755);
  for (const [index, { saves, leaves = {}, status = 0, stays = false, minds = [] }] of rounds.entries()) {
    const round = join(folder, `round-${index + 1}`);
    if (saves !== undefined) writeFileSync(`${round}-saves`, saves);
    const lines = Object.entries(leaves).map(([name, text]) => `printf '%s' '${text}' > "\${1%/*}/${name}"`);
    for (const signal of minds) lines.push(`trap : ${signal.slice(3)}`);
    // The program that stays is a child of its own, as in a real editor's wrapper; it is told of when it surely runs.
    if (stays) lines.push(`(sleep 0.2; : > '${round}-stays') & sleep 60`);
    writeFileSync(`${round}-script`, [...lines, `exit ${status}`, ""].join("\n"));
  }
  const all = (what: string): string[] => {
    const found: string[] = [];
    for (let round = 1; existsSync(join(folder, `round-${round}-${what}`)); round++) {
      found.push(readFileSync(join(folder, `round-${round}-${what}`), "utf8"));
    }
    return found;
  };
  return { command: `'${program}'`, shown: () => all("shown"), paths: () => all("path") };
}

const script = `cd "\${0%/*}" || exit 99
n=1
while [ -e "round-$n-shown" ]; do n=$((n + 1)); done
cp "$1" "round-$n-shown"
printf '%s' "$1" > "round-$n-path"
[ ! -e "round-$n-saves" ] || cat "round-$n-saves" > "$1"
[ ! -e "round-$n-script" ] || . "./round-$n-script"
`;
