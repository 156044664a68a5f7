import { decodeByteString, encodeByteString, encodeUtf8 } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import { Branch, Comment, type Item, type NonStringKey, type Value } from "../core/tree.ts";
import { emitIni, isDefaultSection } from "./ini/emit.ts";
import { keyReadsBack } from "./ini/key-name.ts";
import { defaultSection, type IniKey, type IniSection, parseIni } from "./ini/parse.ts";
import { jsonText } from "./json-text.ts";
import { scalarText } from "./scalar-text.ts";
import type { Store } from "./store.ts";

/**
 * INI: a branch of sections, each a branch of text values. The first section is `DEFAULT`, with the keys that stand before any
 * section. The comment of a section is its first item, that of a key the item behind the key.
 *
 * @see sops stores/ini/store.go
 */
export function iniStore(): Store {
  return {
    format: "ini",
    metadataPlacement: "below-top",
    load: (file) => [new Branch(parseIni(decodeByteString(withoutByteOrderMark(file))).map(itemFromSection))],
    emit: emitSections,
    emitValue: (value) => encodeUtf8(jsonText(value, undefined)),
  };
}

/** The marks of UTF-16 are skipped too, although the text is read as UTF-8 all the same. */
function withoutByteOrderMark(file: Uint8Array): Uint8Array {
  const [first, second, third] = file;
  if (first === 0xef && second === 0xbb && third === 0xbf) return file.subarray(3);
  const isUtf16 = (first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe);
  return isUtf16 ? file.subarray(2) : file;
}

function itemFromSection({ name, comment, keys }: IniSection): Item {
  const value = new Branch();
  if (comment !== "") value.items.push(commentItem(comment));
  for (const [key, entry] of keys) {
    value.items.push({ key, value: entry.value });
    if (entry.comment !== "") value.items.push(commentItem(entry.comment));
  }
  return { key: name, value };
}

/**
 * The first line loses its sign; further lines keep theirs. A first line of signs alone is dropped: sops keeps it, and cannot
 * write the file again.
 */
function commentItem(comment: string): Comment {
  const signs = comment.startsWith(";") ? /^[; ]+/ : /^[# ]+/;
  return new Comment(comment.replace(signs, "").replace(/^\n+/, ""));
}

function sectionsOf(branch: Branch): IniSection[] {
  return branch.items.flatMap((item) => (item instanceof Comment ? [] : [sectionFromItem(item)]));
}

function sectionFromItem({ key, value }: Item): IniSection {
  const name = stringKey(key);
  if (name === "") throw unwritable("Error encoding section: empty section name");
  if (name.includes("\n")) throw unwritable("Error encoding section: a section name cannot span lines");
  if (!(value instanceof Branch)) {
    throw unwritable(
      `Error encoding section: Section values should always be TreeBranches; offending key ${name}`,
      "An INI file holds sections of keys: choose another output type.",
    );
  }
  const [first, ...rest] = value.items;
  const comment = first instanceof Comment ? first.text : "";
  return { name, comment, keys: keysFromItems(first instanceof Comment ? rest : value.items) };
}

/** As sops places them: a comment belongs to the key before it; of several the last one stays, one without a key is lost. */
function keysFromItems(items: readonly (Item | Comment)[]): Map<string, IniKey> {
  const keys = new Map<string, IniKey>();
  let latest: IniKey | undefined;
  for (const item of items) {
    if (item instanceof Comment) {
      if (latest !== undefined) latest.comment = item.text;
      continue;
    }
    const key = stringKey(item.key);
    if (!keyReadsBack(key)) throw unreadableKey(key);
    const value = valueText(key, item.value);
    latest = keys.get(key) ?? { value, comment: "" };
    latest.value = value;
    keys.set(key, latest);
  }
  return keys;
}

function emitSections(branches: readonly Branch[]): Uint8Array {
  const sections = branches.flatMap(sectionsOf);
  const [first] = sections;
  if (first !== undefined && first.keys.size > 0 && isDefaultSection(first.name) && first.name !== defaultSection) {
    throw unwritable(
      `Error encoding section ${first.name}: as the first section it would be read as ${defaultSection}`,
    );
  }
  const file = encodeByteString(emitIni(sections));
  if (withoutByteOrderMark(file) === file) return file;
  throw unwritable("Error encoding key: the first key begins with a byte order mark, which is not read back");
}

function valueText(key: string, value: Value): string {
  if (value instanceof Branch || Array.isArray(value) || value instanceof Comment) {
    throw unwritable(
      `cannot use complex value in INI file; offending key ${key}`,
      "An INI file holds sections of keys, and nothing deeper: choose another output type.",
    );
  }
  return scalarText(value);
}

function stringKey(key: string | NonStringKey): string {
  if (typeof key === "string") return key;
  throw unwritable(`cannot use a key of type ${key.goType} in INI file`);
}

/** sops writes such a key as it comes and reads something else from it, so an encrypted value could never be opened again. */
function unreadableKey(key: string): SopsError {
  const isNumbered = /^#\d+$/.test(key);
  return unwritable(
    `Error encoding key: ${key === "" ? "empty key name" : `${JSON.stringify(key)} cannot be read back from an INI file`}`,
    isNumbered
      ? `Keys called "-" are read as "#1", "#2" and so on: give each a name.`
      : "Choose another name for the key.",
  );
}

function unwritable(reason: string, hint?: string): SopsError {
  return new SopsError("ERROR_DUMPING_TREE", `Error marshaling to INI: ${reason}`, hint === undefined ? {} : { hint });
}
