import { emitYaml, emitYamlValue } from "./yaml/emit.ts";
import { loadYaml } from "./yaml/load.ts";
import type { Store, StoreOptions } from "./store.ts";

/**
 * YAML: several documents, comments kept, read and written as go-yaml v3 does in sops. The indentation is 4 unless the
 * options say otherwise.
 *
 * @see sops stores/yaml/store.go
 */
export function yamlStore({ indent }: StoreOptions = {}): Store {
  return {
    format: "yaml",
    metadataPlacement: "nested",
    load: loadYaml,
    emit: (branches) => emitYaml(branches, indent),
    emitValue: emitYamlValue,
  };
}
