import { SopsError } from "../../errors.ts";

const tabHint = "YAML is indented with spaces: replace the tab.";

/**
 * Refuses a file. Messages name lines, keys and anchors, never values.
 *
 * @param line - counted from 0, as everywhere in the reader; printed counted from 1
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE`, always
 */
export function failAt(line: number, problem: string): never {
  throw new SopsError("COULD_NOT_READ_INPUT_FILE", `yaml: line ${line + 1}: ${problem}`);
}

/** As {@link failAt}, for a tab where YAML wants spaces. */
export function failAtTab(line: number, problem: string): never {
  throw new SopsError("COULD_NOT_READ_INPUT_FILE", `yaml: line ${line + 1}: ${problem}`, { hint: tabHint });
}

/** Refuses a file as a whole. */
export function fail(problem: string): never {
  throw new SopsError("COULD_NOT_READ_INPUT_FILE", `yaml: ${problem}`);
}
