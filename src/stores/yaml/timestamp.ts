import { Timestamp } from "../../core/tree.ts";

/*
 * The four spellings that resolve to a point in time: a date alone, a date and time joined by "T" or "t" with an offset,
 * or joined by spaces without one. Two-digit fields may drop a leading zero; a fraction may have any number of digits.
 */
const spelling =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt]| +)(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))?)?$/;

const minus = 0x2d;

/** Whether a text begins like a date, four digits and a dash: cheap, and enough to rule out nearly everything else. */
export function beginsLikeDate(text: string): boolean {
  if (text.length < 8 || text.charCodeAt(4) !== minus) return false;
  for (let index = 0; index < 4; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/** The point in time that a plain scalar names, undefined when it is none (out of range included: `2021-02-29`). */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = spelling.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const separator = match[4];
  if (separator === undefined) return new Timestamp(year, month, day);

  const hasOffset = text.endsWith("Z") || match[9] !== undefined;
  if (hasOffset === separator.startsWith(" ")) return undefined;
  const [hour, minute, second] = [Number(match[5]), Number(match[6]), Number(match[7])];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offsetSeconds = parseOffset(match[9], match[10], match[11]);
  if (offsetSeconds === undefined) return undefined;
  const nanosecond = Number((match[8] ?? "").slice(0, 9).padEnd(9, "0"));
  return new Timestamp(year, month, day, hour, minute, second, nanosecond, offsetSeconds);
}

/** Go takes offsets of up to 24 hours and 60 minutes. */
function parseOffset(sign: string | undefined, hours: string | undefined, minutes: string | undefined) {
  if (sign === undefined) return 0;
  if (Number(hours) > 24 || Number(minutes) > 60) return undefined;
  const seconds = (Number(hours) * 60 + Number(minutes)) * 60;
  return sign === "-" && seconds !== 0 ? -seconds : seconds;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
