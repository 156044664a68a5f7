import { describe, expect, it } from "vitest";
import { absolutePath, directoryOf, withinDirectory } from "../../src/config/paths.ts";

const linux = { os: "linux", workingDirectory: () => "/home/me/project" };
const windows = { os: "win32", workingDirectory: () => "C:\\Users\\me" };

describe("paths", () => {
  it.each([
    ["a.yaml", "/home/me/project/a.yaml"],
    ["./a//b/../c/", "/home/me/project/a/c"],
    ["../../x", "/home/x"],
    ["../../../../../x", "/x"],
    ["/a/../../b", "/b"],
    ["", "/home/me/project"],
    ["/", "/"],
    ["a\\b", "/home/me/project/a\\b"],
  ])("%j is %j in absolute terms", (path, expected) => {
    expect(absolutePath(path, linux)).toBe(expected);
  });

  it.each([
    ["a.yaml", "C:\\Users\\me\\a.yaml"],
    ["..\\x/y", "C:\\Users\\x\\y"],
    ["D:/a/../b", "D:\\b"],
    ["\\\\server\\share\\..\\a", "\\\\server\\share\\a"],
  ])("%j is %j on Windows", (path, expected) => {
    expect(absolutePath(path, windows)).toBe(expected);
  });

  it.each([
    ["/a/b.yaml", "/a"],
    ["/b.yaml", "/"],
  ])("%j is in %j", (path, expected) => {
    expect(directoryOf(path, linux)).toBe(expected);
  });

  it.each([
    ["/a/b/c", "/a", "b/c"],
    ["/ab/c", "/a", "/ab/c"],
    ["/a", "/a", "/a"],
    ["/x/y", "/", "/x/y"],
  ])("%j seen from %j is %j", (path, directory, expected) => {
    expect(withinDirectory(path, directory, linux)).toBe(expected);
  });
});
