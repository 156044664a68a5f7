/** How many documents a search may try; each one costs a few starts of sops. */
const mostTries = 600;

/**
 * A smaller document with the same defect: lines, then runs of bytes, are left out as long as the defect stays.
 *
 * @param hasDefect - whether a document still shows it
 */
export async function shrink(
  document: Uint8Array,
  hasDefect: (candidate: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let tries = 0;
  const test = async (parts: readonly Buffer[]): Promise<boolean> => {
    tries += 1;
    return tries <= mostTries && hasDefect(Buffer.concat(parts));
  };
  const lines = await leaveOut(splitLines(document), test);
  const bytes = await leaveOut(splitCharacters(Buffer.concat(lines)), test);
  return Buffer.concat(bytes);
}

/** Tries to leave out runs of parts, long ones first, until no single part can go. */
async function leaveOut(parts: Buffer[], test: (parts: readonly Buffer[]) => Promise<boolean>): Promise<Buffer[]> {
  let kept = parts;
  for (let length = Math.ceil(kept.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    let at = 0;
    while (at < kept.length) {
      const candidate = [...kept.slice(0, at), ...kept.slice(at + length)];
      if (await test(candidate)) kept = candidate;
      else at += length;
    }
  }
  return kept;
}

function splitLines(document: Uint8Array): Buffer[] {
  const text = Buffer.from(document).toString("latin1");
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => Buffer.from(line, "latin1"));
}

/** Characters of valid UTF-8, and single bytes of anything else. */
function splitCharacters(document: Uint8Array): Buffer[] {
  const text = Buffer.from(document).toString("latin1");
  const characters = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\s\S]/g;
  return (text.match(characters) ?? []).map((character) => Buffer.from(character, "latin1"));
}
