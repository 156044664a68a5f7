/**
 * Breaks lines at blanks so that they have at most `width` characters. A longer word gets a line of its own; blanks at a
 * break go, all others stay.
 *
 * @see github.com/mitchellh/go-wordwrap, which lays out sops's messages
 */
export function wrapLines(text: string, width: number): string {
  let wrapped = "";
  let column = 0;
  let blanks = "";
  let word = "";
  const flush = (): void => {
    wrapped += blanks + word;
    column += blanks.length + lengthOf(word);
    blanks = word = "";
  };
  for (const [token, newline, gap] of text.matchAll(tokens)) {
    if (newline !== undefined) {
      if (word !== "" || column + blanks.length <= width) flush();
      wrapped += "\n";
      blanks = "";
      column = 0;
    } else if (gap !== undefined) {
      flush();
      blanks = gap;
    } else {
      if (breaksBefore(token, column + blanks.length, width)) {
        wrapped += "\n";
        blanks = "";
        column = 0;
      }
      word = token;
    }
  }
  if (word !== "" || column + blanks.length <= width) flush();
  return wrapped;
}

/** Every line with a prefix before it, empty lines too. */
export function prefixLines(text: string, prefix: string): string {
  return text.replaceAll(/^(?=.|\n)/gm, prefix);
}

/** A newline, blanks without newlines, or a word. A no-break space is part of a word. */
const tokens =
  /(\n)|([\t\v\f\r \u0085\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+)|[^\t\n\v\f\r \u0085\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/gu;

/** Whether a word that would begin at `column` goes to the next line: when its first `width - 1` characters cross the edge. */
function breaksBefore(word: string, column: number, width: number): boolean {
  return column + Math.min(lengthOf(word), width - 1) > width;
}

function lengthOf(word: string): number {
  return [...word].length;
}
