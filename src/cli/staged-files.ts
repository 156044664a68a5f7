import { resolve } from "node:path";
import { decodeByteString, encodeUtf8 } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import { type Platform, PlatformError } from "../platform/platform.ts";

/** A file as the next commit will have it. */
export interface StagedFile {
  /** Absolute. */
  readonly path: string;
  readonly content: Uint8Array;
}

/**
 * The files that git has staged: added, or changed. Links and submodules are left out.
 *
 * @throws SopsError `GENERIC` when git is not there, or says no
 */
export async function stagedFiles(platform: Platform): Promise<StagedFile[]> {
  const top = decodeByteString(await git(platform, ["rev-parse", "--show-cdup"])).replace(/\n$/, "");
  const raw = await git(platform, [
    "diff",
    "--cached",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--no-relative",
    "--diff-filter=du",
  ]);
  const entries = parseRaw(decodeByteString(raw));
  if (entries.length === 0) return [];
  const request = encodeUtf8(entries.map(({ object }) => `${object}\n`).join(""));
  const objects = await git(platform, ["cat-file", "--batch"], request);
  const contents = splitObjects(objects, entries.length);
  const root = resolve(platform.workingDirectory(), top);
  return entries.map(({ path }, index) => ({
    path: resolve(root, path),
    content: contents[index] ?? new Uint8Array(),
  }));
}

interface RawEntry {
  readonly object: string;
  readonly path: string;
}

/** Pairs of `:oldmode newmode oldobject newobject status` and a path, with a NUL behind each. */
function parseRaw(text: string): RawEntry[] {
  const fields = text.split("\0");
  const entries: RawEntry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, mode = "", , object = ""] = (fields[index] ?? "").split(" ");
    if (mode.startsWith("100")) entries.push({ object, path: fields[index + 1] ?? "" });
  }
  return entries;
}

/** Each object is a line `name type size`, so many bytes, and a newline. */
function splitObjects(bytes: Uint8Array, count: number): Uint8Array[] {
  const contents: Uint8Array[] = [];
  let position = 0;
  while (contents.length < count) {
    const end = bytes.indexOf(0x0a, position);
    const size = Number(/^\w+ blob (\d+)$/.exec(decodeByteString(bytes.subarray(position, end)))?.[1] ?? Number.NaN);
    if (end < 0 || !(end + 1 + size <= bytes.length)) throw new SopsError("GENERIC", "git cat-file gave no object");
    contents.push(bytes.subarray(end + 1, end + 1 + size));
    position = end + 1 + size + 1;
  }
  return contents;
}

async function git(
  platform: Platform,
  args: readonly string[],
  stdin: Uint8Array = new Uint8Array(),
): Promise<Uint8Array> {
  try {
    const { status, stdout, stderr } = await platform.run(["git", ...args], { stdin });
    if (status === 0) return stdout;
    throw new SopsError("GENERIC", `git ${args[0] ?? ""} failed: ${decodeByteString(stderr).trim()}`);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new SopsError("GENERIC", `--staged needs git: ${error.message}`, { cause: error });
  }
}
