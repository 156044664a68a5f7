/**
 * The words of a command that a variable holds (an editor, a program that prints a key), without running a shell: blanks
 * separate words; `'…'` is literal, `"…"` and text outside quotes know `\` before any character; a word that starts with
 * `#` begins a comment that ends with the line.
 *
 * @returns the words, or undefined when a quote is not closed or nothing follows the last `\`
 * @see github.com/google/shlex, which sops splits `SOPS_EDITOR` and the `_CMD` variables with
 */
export function splitCommandWords(command: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let index = 0;
  while (index < command.length) {
    const [token = "", quoted] = nextToken(command, index) ?? [];
    if (token === "") return undefined;
    index += token.length;
    if (quoted !== undefined) word = (word ?? "") + quoted;
    else if (isBlank(token)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (token === "#" && word === undefined) {
      const end = command.indexOf("\n", index);
      index = end === -1 ? command.length : end;
    } else word = (word ?? "") + token;
  }
  if (word !== undefined) words.push(word);
  return words;
}

const token = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|[^'"\\]/suy;

/** What stands at `index`: its text, and what it means if it is quoted or escaped; undefined when it is incomplete. */
function nextToken(command: string, index: number): [text: string, quoted: string | undefined] | undefined {
  token.lastIndex = index;
  const match = token.exec(command);
  if (match === null) return undefined;
  const [text, literal, escaping, character] = match;
  return [text, literal ?? escaping?.replaceAll(/\\(.)/gsu, "$1") ?? character];
}

function isBlank(text: string): boolean {
  return text === " " || text === "\t" || text === "\n" || text === "\r";
}
