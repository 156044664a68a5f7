import type { Fault } from "../check/fault.ts";

/** What a check comes to. */
export interface CheckSummary {
  readonly faults: readonly Fault[];
  /** How many files were looked into. */
  readonly checked: number;
  /** How many MACs were compared; undefined: that was not wanted. */
  readonly macs: { readonly compared: number; readonly withoutIdentity: number } | undefined;
}

/** The forms of a report, by the word that chooses them. */
export const reportForms: Readonly<Record<string, (summary: CheckSummary) => string>> = {
  text: textReport,
  json: jsonReport,
  github: githubReport,
};

/** For people: a line a fault, what to do once a kind and file, and a last line with the figures. */
function textReport({ faults, checked, macs }: CheckSummary): string {
  const lines = faults.flatMap(({ file, line, path, message, hint }, index) => {
    const next = faults[index + 1];
    const repeated = next !== undefined && next.file === file && next.hint === hint;
    const place = `${printable(file)}${line === undefined ? "" : `:${line}`}`;
    const head = `${place}: ${path === undefined ? "" : `${printable(path)}: `}${printable(message)}`;
    return hint === undefined || repeated ? [head] : [head, `  ${hint}`];
  });
  const files = `${checked} ${checked === 1 ? "file" : "files"} checked`;
  const compared = macs === undefined ? "" : `, ${macs.compared} MACs compared`;
  const closed =
    macs === undefined || macs.withoutIdentity === 0 ? "" : ` (no identity here for ${macs.withoutIdentity})`;
  const found = faults.length === 0 ? "no fault" : `${faults.length} ${faults.length === 1 ? "fault" : "faults"}`;
  return `${[...lines, `${files}${compared}${closed}: ${found}`].join("\n")}\n`;
}

/** Names of files and keys are others' texts: a terminal must not take them for orders. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Surrogate}]/gu, "\u{FFFD}");
}

function jsonReport({ faults, checked, macs }: CheckSummary): string {
  return `${JSON.stringify({ checked, ...(macs === undefined ? {} : { macs }), faults }, undefined, 2)}\n`;
}

/** GitHub's workflow commands, which it shows at the lines of a pull request. */
function githubReport({ faults }: CheckSummary): string {
  const lines = faults.map(({ file, line, path, message, hint }) => {
    const place = `file=${escapedProperty(file)}${line === undefined ? "" : `,line=${line}`},title=sops-ts check`;
    const text = [path === undefined ? message : `${path}: ${message}`, ...(hint === undefined ? [] : [hint])].join(
      "\n",
    );
    return `::error ${place}::${escapedData(text)}\n`;
  });
  return lines.join("");
}

function escapedData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
