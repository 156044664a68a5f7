/** The lines that a terminal shows after a program has written, without colours. */
export function screenOf(written: string): string[] {
  const lines: string[] = [];
  let line = "";
  let column = 0;
  for (const [part] of written.matchAll(/\r|\n|\u001b\[[0-9;]*[A-Za-z]|[^\r\n\u001b]+/g)) {
    if (part === "\r") {
      column = 0;
    } else if (part === "\n") {
      lines.push(line);
      line = "";
      column = 0;
    } else if (part === "\u001b[K") {
      line = line.slice(0, column);
    } else if (!part.startsWith("\u001b")) {
      line = line.slice(0, column) + part + line.slice(column + part.length);
      column += part.length;
    }
  }
  return [...lines, line];
}
