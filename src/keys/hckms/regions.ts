import { decodeUtf8Replacing } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";
import type { RemoteTask } from "../remote-task.ts";

/** Regions with KMS whose IAM is their own. */
const regions =
  "ae-ad-1 af-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 cn-east-2 cn-east-3 cn-east-4 cn-east-5 " +
  "cn-north-1 cn-north-12 cn-north-2 cn-north-4 cn-north-9 cn-south-1 cn-south-2 cn-southwest-2 la-north-2 la-south-2 " +
  "me-east-1 my-kualalumpur-1 na-mexico-1 ru-moscow-1 sa-brazil-1 tr-west-1";

/** Regions with KMS that the IAM for all regions serves. */
const regionsWithoutIam = "af-north-1 ap-southeast-5 cn-north-11 cn-south-4 cn-southwest-3 eu-west-101";

const names = (text: string): readonly string[] => text.split(" ");

/**
 * Where KMS of a region is: by `HUAWEICLOUD_SDK_REGION_KMS_<REGION>`, the regions file, or the list of regions.
 *
 * @throws SopsError `INVALID_MASTER_KEY` for a region that none of them has
 */
export async function kmsEndpoint(region: string, task: RemoteTask): Promise<string> {
  const { platform } = task.context;
  const variable = platform.env(`HUAWEICLOUD_SDK_REGION_KMS_${region.toUpperCase().replaceAll("-", "_")}`);
  const configured = variable ? variable.split(",")[0]?.trim() : await endpointInFile(region, task);
  if (configured !== undefined) return withScheme(configured);
  const known = [...names(regions), ...names(regionsWithoutIam)];
  if (known.includes(region)) return `https://kms.${region}.myhuaweicloud.${region === "eu-west-101" ? "eu" : "com"}`;
  throw new SopsError(
    "INVALID_MASTER_KEY",
    `invalid region ${JSON.stringify(region)}: it is not in the following supported regions of service 'KMS': ` +
      `[${known.toSorted().join(", ")}]`,
    { hint: "Give its endpoint in HUAWEICLOUD_SDK_REGION_KMS_<REGION>, or write the region's name right." },
  );
}

/**
 * Where IAM is, without a slash at the end.
 *
 * @param named - where the credentials say that it is
 * @param region - undefined: the IAM for all regions
 */
export function iamEndpoint(named: string | undefined, region: string | undefined, { context }: RemoteTask): string {
  const endpoint = named ?? (context.platform.env("HUAWEICLOUD_SDK_IAM_ENDPOINT") || undefined);
  if (endpoint !== undefined) return withScheme(endpoint).replace(/\/+$/, "");
  const own = region !== undefined && names(regions).includes(region);
  return own ? `https://iam.${region}.myhuaweicloud.com` : "https://iam.myhuaweicloud.com";
}

function withScheme(endpoint: string): string {
  return /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`;
}

/**
 * The endpoint that the regions file has for KMS in a region. The file is YAML of one shape, a list of regions a service, and is
 * read as such: entries of a list with `id` and `endpoint`, or a list `endpoints`.
 */
async function endpointInFile(region: string, { context: { platform } }: RemoteTask): Promise<string | undefined> {
  const home = platform.homeDirectory();
  const path = platform.env("HUAWEICLOUD_SDK_REGIONS_FILE") || (home && `${home}/.huaweicloud/regions.yaml`);
  const bytes = path ? await platform.readFileIfExists(path) : undefined;
  if (bytes === undefined) return undefined;
  let [service, id] = ["", ""];
  for (const line of decodeUtf8Replacing(bytes).split(/\r?\n/)) {
    const bare = line.replace(/(?:^|\s)#.*$/, "");
    const [, indent = "", name, value = ""] = /^(\s*(?:-\s+)?)(?:(\w+):(?=\s|$))?\s*(.*?)\s*$/.exec(bare) ?? [];
    const text = value.replace(/^(["'])(.*)\1$/, "$2");
    if (name !== undefined && indent === "") service = name.toUpperCase();
    else if (name === "id") id = text;
    else if (service === "KMS" && id === region && text !== "" && (name === "endpoint" || name === undefined)) {
      return text;
    }
  }
  return undefined;
}
