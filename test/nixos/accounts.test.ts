import { describe, expect, it } from "vitest";
import { Accounts, parseAccounts } from "../../src/nixos/accounts.ts";
import { PlatformError, type Platform } from "../../src/platform/platform.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

const files = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nwakapi:x:980:978::/var/empty:\n# no account\n",
  "/etc/group": "root:x:0:\nkeys:x:96:wakapi\nnogroup:x:65534:\n",
};

/** A platform whose getent knows one user. */
function withGetent(known: string | undefined): Platform {
  return {
    ...memoryPlatform({ files }),
    run: async ([program, table, dashes, name]) => {
      expect([program, dashes]).toEqual(["getent", "--"]);
      if (known === undefined) throw new PlatformError("getent: not found", { notFound: true });
      const found = table === "passwd" && name === known;
      return {
        stdout: Buffer.from(found ? `${known}:*:7001:7001::/:\n` : ""),
        stderr: Buffer.alloc(0),
        status: found ? 0 : 2,
      };
    },
  };
}

describe("users and groups", () => {
  it("are those of the files in /etc", async () => {
    const accounts = new Accounts(withGetent(undefined));
    expect([await accounts.userId("wakapi"), await accounts.groupId("keys")]).toEqual([980, 96]);
  });

  it("are else those of the name service", async () => {
    expect(await new Accounts(withGetent("ldap-user")).userId("ldap-user")).toBe(7001);
  });

  it("that do not exist are named", async () => {
    for (const platform of [withGetent(undefined), withGetent("other")]) {
      await expect(new Accounts(platform).userId("nobody-here")).rejects.toThrow("unknown user nobody-here");
      await expect(new Accounts(platform).groupId("nobody-here")).rejects.toThrow("unknown group nobody-here");
    }
  });

  it.each([
    [files["/etc/group"], 96],
    ["nogroup:x:65534:\n", 65534],
  ])("have a group for directories: %j", async (group, id) => {
    const platform = {
      ...withGetent(undefined),
      ...memoryPlatform({ files: { "/etc/group": group } }),
      run: withGetent(undefined).run,
    };
    expect(await new Accounts(platform).directoryGroupId()).toBe(id);
  });

  it("may lack a group for directories", async () => {
    const platform = { ...memoryPlatform(), run: withGetent(undefined).run };
    await expect(new Accounts(platform).directoryGroupId()).rejects.toThrow("can't find group 'keys' nor 'nogroup'");
  });

  it("stand in lines of which the first counts, and others are nothing", () => {
    const text = "a:x:1:\na:x:2:\n:x:3:\nb:x:four:\nc\n+::::\nd:x:5";
    expect([...parseAccounts(text)]).toEqual([
      ["a", 1],
      ["d", 5],
    ]);
  });
});
