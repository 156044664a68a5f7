/*
 * White space as Go's `unicode.IsSpace` has it. JavaScript's `trim` differs: it takes U+FEFF for white space and U+0085 not.
 */

const leading = /^[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/;
const space = /[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/;

/** A text without white space at its start. */
export function trimStart(text: string): string {
  return text.replace(leading, "");
}

/** A text without white space at its start and end. */
export function trim(text: string): string {
  let end = text.length;
  while (end > 0 && space.test(text.charAt(end - 1))) end -= 1;
  return trimStart(text.slice(0, end));
}
