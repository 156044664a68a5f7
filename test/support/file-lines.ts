/*
 * Expressions for a file after a command: which of its lines change, and into what. All other lines must be as before, to the
 * byte, which is how a ciphertext is shown to be kept.
 */

/** What stands for a sealed value of a datatype. */
export function sealed(datatype: string): string {
  return `ENC\\[AES256_GCM,data:[^,]+,iv:[^,]+,tag:[^,]+,type:${datatype}\\]`;
}

/** Text as it is, in an expression. */
export function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/**
 * Matches a text that is as before but for some lines.
 *
 * @param changes - by the beginning of a line, the expression for what stands in its place; "" for nothing
 */
export function withLines(before: string, changes: Readonly<Record<string, string>>): RegExp {
  const unused = new Set(Object.keys(changes));
  const lines = before.split("\n").map((line, index, all) => {
    const end = index === all.length - 1 ? "" : "\n";
    const beginning = Object.keys(changes).find((key) => line.startsWith(key));
    if (beginning === undefined) return literally(line) + end;
    unused.delete(beginning);
    const change = changes[beginning] ?? "";
    return change === "" ? "" : change + end;
  });
  if (unused.size > 0) throw new TypeError(`no line begins with ${[...unused].join(" or ")}`);
  return new RegExp(`^${lines.join("")}$`);
}

/** As {@link withLines}, for a YAML file whose values changed: time and MAC are new too. */
export function resealed(before: string, changes: Readonly<Record<string, string>>): RegExp {
  return withLines(before, {
    ...changes,
    "    lastmodified: ": '    lastmodified: ".*"',
    "    mac: ": `    mac: ${sealed("str")}`,
  });
}

/** A text without the lines from the one that begins so up to, and without, the one that begins so. */
export function withoutLines(text: string, from: string, to: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(from));
  const end = lines.findIndex((line, index) => index > start && line.startsWith(to));
  if (start === -1 || end === -1) throw new TypeError(`no lines from ${from} to ${to}`);
  return [...lines.slice(0, start), ...lines.slice(end)].join("\n");
}
