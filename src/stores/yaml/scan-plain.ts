import { COLON, isBlank, isBreak, isSpaceOrEnd, NUMBER_SIGN, TAB } from "./characters.ts";
import type { Cursor } from "./cursor.ts";
import { failAtTab } from "./failure.ts";

const blockStops = stopsAt("\0\t\n\r :");
const flowStops = stopsAt("\0\t\n\r :,?[]{}");

function stopsAt(characters: string): Uint8Array {
  const stops = new Uint8Array(128);
  for (const character of characters) stops[character.charCodeAt(0)] = 1;
  return stops;
}

/**
 * Reads a scalar without quotes, over as many lines as it has, and the blanks and breaks behind it.
 * Lines are joined by a space; n empty lines between them by n line feeds.
 *
 * @param indent - the least column that continues the scalar on a further line (in a block)
 */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): string {
  const { text, line: startLine } = cursor;
  const stops = inFlow ? flowStops : blockStops;
  let value = "";
  let joint = "";
  let lineStart = cursor.index;
  let end = cursor.index;
  while (!cursor.atDocumentIndicator() && cursor.code() !== NUMBER_SIGN) {
    const runEnd = endOfRun(text, cursor.index, stops);
    if (runEnd > cursor.index) {
      if (joint !== "") {
        value += text.slice(lineStart, end) + joint;
        lineStart = cursor.index;
        joint = "";
      }
      end = runEnd;
      cursor.index = runEnd;
      cursor.breaks = 0;
    }
    const code = cursor.code();
    if (!isBlank(code) && !isBreak(code)) break;
    joint = passSpace(cursor, joint, indent, startLine);
    if (!inFlow && cursor.column < indent) break;
  }
  const lastLine = text.slice(lineStart, end);
  return value === "" ? lastLine : value + lastLine;
}

/** The end of the characters that belong to the scalar, whatever comes next. */
function endOfRun(text: string, start: number, stops: Uint8Array): number {
  const { length } = text;
  let index = start;
  for (; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 128) {
      if (stops[code] === 0) continue;
      if (code !== COLON || isSpaceOrEnd(index + 1 < length ? text.charCodeAt(index + 1) : 0)) return index;
    } else if (isBreak(code)) {
      return index;
    }
  }
  return length;
}

/** Passes blanks and breaks; returns what they stand for between two lines, empty within a line. */
function passSpace(cursor: Cursor, joint: string, indent: number, startLine: number): string {
  let firstBreak = "";
  let furtherBreaks = "";
  for (let code = cursor.code(); ; code = cursor.code()) {
    if (isBlank(code)) {
      if (code === TAB && cursor.breaks > 0 && cursor.column < indent) {
        failAtTab(startLine, "found a tab character that violates indentation");
      }
      cursor.index += 1;
    } else if (isBreak(code)) {
      if (firstBreak === "") firstBreak = cursor.passBreak();
      else furtherBreaks += cursor.passBreak();
    } else break;
  }
  return firstBreak === "" ? joint : foldBreaks(firstBreak, furtherBreaks);
}

/** Folding: a single line feed becomes a space, and of several the first is dropped; LS and PS always stay. */
export function foldBreaks(first: string, further: string): string {
  if (first !== "\n") return first + further;
  return further === "" ? " " : further;
}
