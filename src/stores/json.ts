import { decodeUtf8Replacing, encodeUtf8 } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import { Branch, type Value } from "../core/tree.ts";
import { jsonText } from "./json-text.ts";
import { parseJsonObject } from "./json/parse.ts";
import type { Store, StoreOptions } from "./store.ts";

/**
 * JSON: one document, an object. Reads and writes as Go's `encoding/json` does, so order, duplicate keys, escapes and number forms
 * are Go's. Comments are dropped, and of several documents only the first is written.
 *
 * @see sops stores/json/store.go
 */
export function jsonStore(options: StoreOptions = {}): Store {
  const emitText = (value: Value): string => jsonText(value, indentText(options.indent ?? -1));
  return {
    format: "json",
    metadataPlacement: "nested",
    load: (file) => [parseJsonObject(decodeUtf8Replacing(file))],
    emit: ([document = new Branch()]) => encodeUtf8(`${emitText(document)}\n`),
    emitValue: (value) => encodeUtf8(emitText(value)),
  };
}

function indentText(indent: number): string {
  if (indent >= 0) return " ".repeat(indent);
  if (indent === -1) return "\t";
  throw new SopsError("ERROR_DUMPING_TREE", "JSON Indentation parameter smaller than -1 is not accepted", {
    hint: "Set a number of spaces, or -1 for a tab, under stores in .sops.yaml.",
  });
}
