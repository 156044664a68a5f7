import { describe, expect, it } from "vitest";
import { parseAccount } from "../../src/cli/user.ts";

const table = [
  "root:x:0:0:root:/root:/bin/bash",
  "deploy:x:1000:100::/srv/deploy:/bin/sh",
  "deploy:x:0:0::/root:/bin/sh",
  "broken:x::100::/:",
  "_www:*:70:71::0:0:World Wide Web Server:/Library/WebServer:/usr/bin/false",
].join("\n");

describe("a user in the system's table", () => {
  it("has a number, a group and a home; of two lines with one name the first counts", () => {
    expect(parseAccount(table, "deploy")).toEqual({ username: "deploy", uid: 1000, gid: 100, homedir: "/srv/deploy" });
  });

  it("is read from the longer lines of macOS too", () => {
    expect(parseAccount(table, "_www")).toEqual({
      username: "_www",
      uid: 70,
      gid: 71,
      homedir: "/Library/WebServer",
    });
  });

  it.each(["nobody", "broken", "", "1000"])("is not found as %j", (name) => {
    expect(parseAccount(table, name)).toBeUndefined();
  });
});
