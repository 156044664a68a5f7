import { decodeUtf8, encodeByteString } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import { Branch, Comment } from "../core/tree.ts";
import { jsonStore } from "./json.ts";
import type { Store, StoreOptions } from "./store.ts";

/**
 * Any file as one value: the key `data` with the content, a string when it is UTF-8 and bytes otherwise. The encrypted form
 * is JSON, laid out by `options`.
 *
 * @see sops stores/json/store.go, `BinaryStore`
 */
export function binaryStore(options: StoreOptions = {}): Store {
  return {
    format: "binary",
    metadataPlacement: "nested",
    encryptedForm: jsonStore(options),
    load: (file) => [new Branch([{ key: "data", value: decodeUtf8(file) ?? file }])],
    emit: emitContent,
    emitValue: () => {
      throw new SopsError(
        "ERROR_DUMPING_TREE",
        "Binary files are not structured and extracting a single value is not possible",
        { hint: "Use --output-type to select the format of the output." },
      );
    },
  };
}

function emitContent(branches: readonly Branch[]): Uint8Array {
  const [document] = branches;
  if (document === undefined || branches.length > 1) throw notBinary("there must be exactly one tree branch");
  const item = document.items.find((candidate) => !(candidate instanceof Comment) && candidate.key === "data");
  if (item === undefined || item instanceof Comment) throw notBinary("no binary data found in tree");
  const { value } = item;
  if (typeof value === "string") return encodeByteString(value);
  if (value instanceof Uint8Array) return value;
  throw notBinary("'data' key in tree does not have a string value");
}

function notBinary(reason: string): SopsError {
  return new SopsError("ERROR_DUMPING_TREE", `error emitting binary store: ${reason}`, {
    hint: "This is likely not an encrypted binary file? If not, use --output-type to select the correct output type.",
  });
}
