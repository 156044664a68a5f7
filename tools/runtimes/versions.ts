/** A runtime that comes from npm, pinned. */
export interface NpmRuntime {
  /** The package and its exact version, as `npm install` takes them. */
  readonly package: string;
  readonly version: string;
  /** The program's path below `node_modules`. */
  readonly program: string;
}

/** The runtimes that are installed beside the one at hand: the only place that names their versions. */
export const npmRuntimes = {
  node20: { package: "node", version: "20.19.0", program: "node/bin/node" }, // the oldest that package.json allows
  node22: { package: "node", version: "22.23.3", program: "node/bin/node" },
  node24: { package: "node", version: "24.21.0", program: "node/bin/node" },
  bun: { package: "bun", version: "1.4.5", program: ".bin/bun" },
  deno: { package: "deno", version: "2.9.6", program: ".bin/deno" },
  workerd: { package: "workerd", version: "1.20261117.1", program: ".bin/workerd" },
} as const satisfies Record<string, NpmRuntime>;

export type NpmRuntimeName = keyof typeof npmRuntimes;

/** Whether a name is that of a runtime from npm. */
export function isNpmRuntime(name: string): name is NpmRuntimeName {
  return Object.hasOwn(npmRuntimes, name);
}
