import { Timestamp } from "./tree.ts";

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,}))?(Z|[+-]\d\d:\d\d)$/;

/**
 * Reads RFC 3339 as Go's `time.Parse(time.RFC3339, text)` does: capital `T` and `Z`, fractions of any length cut to
 * nanoseconds, no leap second, days checked against the month.
 *
 * @returns undefined when the text is not a time
 */
export function parseRfc3339(text: string): Timestamp | undefined {
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", zone = ""] = match;
  const offset = offsetSeconds(zone);
  const date = [Number(year), Number(month), Number(day)] as const;
  if (!isDate(...date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (offset === undefined) return undefined;
  const nanosecond = Number(fraction.slice(0, 9).padEnd(9, "0"));
  return new Timestamp(...date, Number(hour), Number(minute), Number(second), nanosecond, offset);
}

function offsetSeconds(zone: string): number | undefined {
  if (zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 24 || minutes > 60) return undefined;
  const seconds = hours * 3600 + minutes * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}

/** Whether a day exists in the proleptic Gregorian calendar; `month` is 1 to 12. */
export function isDate(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const pad = (value: number, width: number): string => String(value).padStart(width, "0");

/** RFC 3339 with seconds, fractions dropped: `2026-01-02T03:04:05+05:30`. */
export function formatRfc3339(time: Timestamp): string {
  return `${civil(time)}${zoneText(time)}`;
}

/** RFC 3339 with the nanoseconds that are there, without trailing zeros: `2026-01-02T03:04:05.25Z`. */
export function formatRfc3339Nano(time: Timestamp): string {
  if (time.nanosecond === 0) return formatRfc3339(time);
  return `${civil(time)}.${pad(time.nanosecond, 9).replace(/0+$/, "")}${zoneText(time)}`;
}

function civil(time: Timestamp): string {
  const date = `${pad(time.year, 4)}-${pad(time.month, 2)}-${pad(time.day, 2)}`;
  return `${date}T${pad(time.hour, 2)}:${pad(time.minute, 2)}:${pad(time.second, 2)}`;
}

function zoneText({ offsetSeconds: offset }: Timestamp): string {
  // Go prints whole minutes of the offset and Z for an offset of exactly nothing.
  if (offset === 0) return "Z";
  const minutes = Math.trunc(Math.abs(offset) / 60);
  return `${offset < 0 ? "-" : "+"}${pad(Math.trunc(minutes / 60), 2)}:${pad(minutes % 60, 2)}`;
}

/** The present moment in UTC, whole seconds, as {@link formatRfc3339} writes it. */
export function rfc3339Now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
