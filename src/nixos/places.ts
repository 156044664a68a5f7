import { SopsError } from "../errors.ts";

/** Where templates are, below a generation. */
export const renderedDirectory = "rendered";

/** A path without empty steps, `.` and a slash at its end; `..` stays. */
export function cleanPath(path: string): string {
  const steps = path.split("/").filter((step) => step !== "" && step !== ".");
  return (path.startsWith("/") ? "/" : "") + steps.join("/");
}

/** The directory that a path is in. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}

/** The last step of a path. */
export function lastStep(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether a path is below a directory. */
export function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/**
 * The place of a name below a generation.
 *
 * @throws SopsError `INVALID_CONFIG` when the name leads out of it, or nowhere
 */
export function placeOfName(name: string): string {
  const place = cleanPath(name).replace(/^\//, "");
  if (place === "") throw refuse(name, "it is empty");
  if (place.split("/").includes("..")) throw refuse(name, "it leads out of the store");
  if (place.includes("\0")) throw refuse(name, "it holds a zero byte");
  return place;
}

function refuse(name: string, reason: string): SopsError {
  return new SopsError("INVALID_CONFIG", `the name ${JSON.stringify(name)} cannot be used: ${reason}`);
}

/**
 * A directory or link that the manifest names, cleaned.
 *
 * @throws SopsError `INVALID_CONFIG` when it is not absolute, or not plain
 */
export function absolutePlace(path: string, field: string): string {
  const place = cleanPath(path);
  const reason = !place.startsWith("/")
    ? "not an absolute path"
    : place === "/"
      ? "the root directory"
      : place.split("/").includes("..")
        ? "a path with .."
        : undefined;
  if (reason === undefined && !place.includes("\0")) return place;
  throw new SopsError("INVALID_CONFIG", `${field} is ${JSON.stringify(path)}, which is ${reason ?? "no path"}`);
}
