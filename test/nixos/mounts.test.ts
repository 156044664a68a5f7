import { describe, expect, it } from "vitest";
import { mountedType, mountMemory, unmount } from "../../src/nixos/mounts.ts";
import { PlatformError, type Platform } from "../../src/platform/platform.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

const table = [
  "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
  "30 22 0:25 / /run/secrets.d rw,nosuid,nodev,noexec - ramfs none rw,mode=751",
  "31 30 0:26 / /run/two rw - ramfs none rw",
  "32 31 0:27 / /run/two rw master:3 - tmpfs none rw",
  "33 22 0:28 / /run/with\\040blank rw - tmpfs none rw",
  "",
].join("\n");

/** A platform that keeps what was run, and answers with exit statuses in turn; a text is what fails to start. */
function recording(statuses: readonly (number | "missing")[], calls: string[]): Platform {
  const left = [...statuses];
  return {
    ...memoryPlatform({ files: { "/proc/self/mountinfo": table } }),
    run: async (command) => {
      calls.push(command.join(" "));
      const status = left.shift() ?? 0;
      if (status === "missing") throw new PlatformError(`exec: "${command[0]}": not found`, { notFound: true });
      return {
        status,
        stdout: Buffer.alloc(0),
        stderr: Buffer.from(status === 0 ? "" : "mount: permission denied.\n"),
      };
    },
  };
}

describe("what is mounted", () => {
  it.each([
    ["/run/secrets.d", "ramfs"],
    ["/run/two", "tmpfs"],
    ["/run/with blank", "tmpfs"],
    ["/run", undefined],
    ["/run/secrets.d/1", undefined],
  ])("at %s is %s", (directory, type) => {
    expect(mountedType(table, directory)).toBe(type);
  });
});

describe("mounting memory", () => {
  it("leaves what is mounted already", async () => {
    const calls: string[] = [];
    expect(await mountMemory("/run/secrets.d", "ramfs", recording([], calls))).toBe(false);
    expect(calls).toEqual([]);
  });

  it("mounts over another type, safe from programs in it", async () => {
    const calls: string[] = [];
    expect(await mountMemory("/run/two", "ramfs", recording([0], calls))).toBe(true);
    expect(calls).toEqual(["mount -t ramfs -o nosuid,nodev,noexec,mode=0751 none /run/two"]);
  });

  it("keeps tmpfs out of swap where the kernel can", async () => {
    const calls: string[] = [];
    await mountMemory("/x", "tmpfs", recording([32, 0], calls));
    expect(calls).toEqual([
      "mount -t tmpfs -o nosuid,nodev,noexec,mode=0751,noswap none /x",
      "mount -t tmpfs -o nosuid,nodev,noexec,mode=0751 none /x",
    ]);
  });

  it("finds mount where the path does not lead to it", async () => {
    const calls: string[] = [];
    await mountMemory("/x", "ramfs", recording(["missing", "missing", 0], calls));
    expect(calls.map((call) => call.split(" ")[0])).toEqual([
      "mount",
      "/run/current-system/sw/bin/mount",
      "/usr/bin/mount",
    ]);
  });

  it("says why it cannot", async () => {
    await expect(mountMemory("/x", "ramfs", recording([1], []))).rejects.toThrow(
      "cannot mount ramfs at /x: mount: permission denied.",
    );
    const nowhere = recording(["missing", "missing", "missing", "missing"], []);
    await expect(mountMemory("/x", "ramfs", nowhere)).rejects.toThrow('exec: "mount": not found');
    await expect(unmount("/x", recording([1], []))).rejects.toThrow("cannot unmount /x again");
  });
});
