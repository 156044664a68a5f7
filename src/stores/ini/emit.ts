import { encodeByteString } from "../../bytes.ts";
import { formatKeyName } from "./key-name.ts";
import { defaultSection, type IniSection } from "./parse.ts";
import { trim } from "./white-space.ts";

/**
 * Writes INI as gopkg.in/ini.v1 does: `=` aligned to a section's longest key, an empty line between sections, no header for keys
 * of a leading default section.
 */
export function emitIni(sections: readonly IniSection[]): string {
  return sections.map((section, index) => sectionText(section, index, index === sections.length - 1)).join("");
}

function sectionText(section: IniSection, index: number, isLast: boolean): string {
  const comment = commentText(section.comment, (line) => line);
  const hasHeader = index > 0 || !isDefaultSection(section.name);
  if (!hasHeader && section.keys.size === 0) return comment;
  const header = hasHeader ? `[${section.name}]\n` : "";
  return comment + header + keysText(section) + (isLast ? "" : "\n");
}

/** Whether the first section of a file has no header for its name; in any case of letters, but it reads back in capitals. */
export function isDefaultSection(name: string): boolean {
  return name.toUpperCase() === defaultSection;
}

function keysText({ keys }: IniSection): string {
  const names = [...keys.keys()].map((name) => ({ text: formatKeyName(name), bytes: byteLength(formatKeyName(name)) }));
  const width = names.reduce((longest, { bytes }) => Math.max(longest, bytes), 0);
  return [...keys.values()]
    .map(({ value, comment }, index) => {
      const { text, bytes } = names[index] as (typeof names)[number];
      return `${commentText(comment, trim)}${text}${" ".repeat(width - bytes)} = ${valueText(value)}\n`;
    })
    .join("");
}

function byteLength(text: string): number {
  return /^[\0-\x7F]*$/.test(text) ? text.length : encodeByteString(text).length;
}

/** @param layout - what is done to a line that has no sign of its own */
function commentText(comment: string, layout: (line: string) => string): string {
  if (comment === "") return "";
  return comment
    .split("\n")
    .map((line) => (/^[#;]/.test(line) ? `${line.charAt(0)} ${trim(line.slice(1))}\n` : `; ${layout(line)}\n`))
    .join("");
}

function valueText(value: string): string {
  if (/[\n`]/.test(value)) return `"""${value}"""`;
  if (/[#;]/.test(value)) return `\`${value}\``;
  return trim(value) === value ? value : `"${value}"`;
}
