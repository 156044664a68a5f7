import type { Format, Store, StoreFactory, StoreOptions } from "./store.ts";

const loaders: Readonly<Record<Format, () => Promise<StoreFactory>>> = {
  yaml: async () => (await import("./yaml.ts")).yamlStore,
  json: async () => (await import("./json.ts")).jsonStore,
  dotenv: async () => (await import("./dotenv.ts")).dotenvStore,
  ini: async () => (await import("./ini.ts")).iniStore,
  binary: async () => (await import("./binary.ts")).binaryStore,
};

/** The store of a format. Its code is loaded on first use, so a program that reads JSON does not load the YAML reader. */
export async function loadStore(format: Format, options: StoreOptions = {}): Promise<Store> {
  const factory = await loaders[format]();
  return factory(options);
}
