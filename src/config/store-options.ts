import { SopsError } from "../errors.ts";
import type { Format, StoreOptions } from "../stores/store.ts";
import type { Config } from "./config.ts";

/**
 * The layout for a format: `--indent`, or else what the config's `stores` say. A binary file's encrypted form has
 * `stores.json_binary`.
 *
 * @param indentFlag - `--indent`, for every format that has an indent
 * @throws SopsError `ERROR_DUMPING_TREE` for an indent that the format does not have
 * @see sops stores/yaml/store.go, `getIndentation`; stores/json/store.go, `reindentJSON`
 */
export function storeOptions(config: Config | undefined, format: Format, indentFlag?: number): StoreOptions {
  if (format === "yaml") return yamlOptions(indentFlag ?? config?.stores.yaml.indent ?? 0);
  if (format === "json") return jsonOptions(indentFlag ?? config?.stores.json.indent ?? -1);
  if (format === "binary") return jsonOptions(indentFlag ?? config?.stores.jsonBinary.indent ?? -1);
  return {};
}

/** 0 is the store's default. */
function yamlOptions(indent: number): StoreOptions {
  if (indent < 0) throw badIndent("YAML Negative indentation not accepted");
  return indent === 0 ? {} : { indent };
}

/** -1 is a tab, 0 newlines alone. */
function jsonOptions(indent: number): StoreOptions {
  if (indent < -1) throw badIndent("JSON Indentation parameter smaller than -1 is not accepted");
  return { indent };
}

function badIndent(message: string): SopsError {
  return new SopsError("ERROR_DUMPING_TREE", `Error dumping file: ${message}`, {
    hint: "Change --indent, or stores in .sops.yaml.",
  });
}
