import { SopsError } from "../errors.ts";
import type { Config } from "./config.ts";
import { type CreationRule, creationRuleFrom, firstMatching } from "./creation-rule.ts";
import type { KeyOptions } from "./key-groups.ts";
import type { DestinationEntry } from "./schema.ts";

/** Where files are published to. */
export type Destination =
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string }
  | { readonly kind: "gcs"; readonly bucket: string; readonly prefix: string }
  | {
      readonly kind: "vault";
      /** Empty: `VAULT_ADDR` says. */
      readonly address: string;
      /** Ends with a slash. */
      readonly path: string;
      /** Ends with a slash. */
      readonly mountName: string;
      readonly version: 1 | 2;
    };

/** What a config says of publishing a file. */
export interface DestinationRule {
  readonly destination: Destination;
  /** The keys that the published file gets; a group without keys leaves it as it is. */
  readonly recreationRule: CreationRule;
  /** Whether published names lose their extension. */
  readonly omitExtensions: boolean;
}

/**
 * The destination of a file: that of the first of `destination_rules` whose `path_regex` is empty or matches anywhere in the path.
 *
 * @param filePath - as the user typed it: unlike with creation rules the config's directory plays no part
 * @throws SopsError `INVALID_CONFIG` when no rule matches, or when it has no destination or several
 * @see sops config/config.go, `parseDestinationRuleForFile`
 */
export async function destinationRuleFor(
  config: Config,
  filePath: string,
  options: KeyOptions,
): Promise<DestinationRule> {
  const rule = await firstMatching(config.destinationRules, filePath);
  if (rule === undefined) {
    throw invalid(
      config,
      `error loading config: no matching destination found in config for ${JSON.stringify(filePath)}`,
    );
  }
  return {
    destination: destinationOf(rule, config),
    recreationRule: await creationRuleFrom(rule.recreationRule, options),
    omitExtensions: rule.omitExtensions,
  };
}

function destinationOf(rule: DestinationEntry, config: Config): Destination {
  const given: Destination[] = [];
  if (rule.s3Bucket !== "") given.push({ kind: "s3", bucket: rule.s3Bucket, prefix: rule.s3Prefix });
  if (rule.gcsBucket !== "") given.push({ kind: "gcs", bucket: rule.gcsBucket, prefix: rule.gcsPrefix });
  if (rule.vaultPath !== "") given.push(vaultDestination(rule));
  if (given.length > 1) {
    throw invalid(
      config,
      "error loading config: more than one destinations were found in a single destination rule, you can only use one per rule",
    );
  }
  const [destination] = given;
  if (destination === undefined) throw invalid(config, "no destination configured for this file");
  return destination;
}

function vaultDestination(rule: DestinationEntry): Destination {
  return {
    kind: "vault",
    address: rule.vaultAddress,
    path: withSlash(rule.vaultPath),
    mountName: withSlash(rule.vaultKvMountName || "secret"),
    version: rule.vaultKvVersion === 1 ? 1 : 2,
  };
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}

function invalid(config: Config, message: string): SopsError {
  return new SopsError("INVALID_CONFIG", message, {
    file: config.path,
    hint: "A destination rule names one of s3_bucket, gcs_bucket and vault_path.",
  });
}
