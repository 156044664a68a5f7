import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cipher } from "../../src/crypto/node.ts";
import { generateNativeKey } from "../../src/keys/age/native-key.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { InstallWorld, placeholder, placeholders, secretEntry, templateEntry } from "./install-world.ts";

const twoSecrets = { secrets: [secretEntry("a"), secretEntry("b")] };
const plain = "a: canary-of-a\nb: canary-of-b\nc:\n  d: canary-of-d\nnumber: 8443\n";

/** A world with one generation that is live. */
async function withLiveGeneration(act: (world: InstallWorld) => Promise<void>): Promise<void> {
  await InstallWorld.use(async (world) => {
    await world.encrypt("/a.yaml", plain);
    await world.install(twoSecrets);
    world.calls.length = 0;
    await act(world);
  });
}

describe("an installation", () => {
  it("mounts, writes a generation, and makes it live", () =>
    InstallWorld.use(async (world) => {
      await world.encrypt("/a.yaml", plain);
      const { out } = await world.install({ secrets: [secretEntry("a"), secretEntry("c/d", { owner: "wakapi" })] });
      expect(world.tree()).toEqual({
        "/run": "755",
        "/run/secrets": "-> /run/secrets.d/1",
        "/run/secrets.d": "751",
        "/run/secrets.d/1": "751",
        "/run/secrets.d/1/a": "canary-of-a",
        "/run/secrets.d/1/c": "751",
        "/run/secrets.d/1/c/d": "canary-of-d",
      });
      expect(world.calls).toEqual(["mount -t ramfs -o nosuid,nodev,noexec,mode=0751 none /run/secrets.d"]);
      expect(world.system.owners.get("/run/secrets.d")).toEqual({ uid: 0, gid: 96 });
      expect(world.system.owners.get("/run/secrets.d/1/c/d")).toEqual({ uid: 980, gid: 0 });
      expect(out).toEqual([]);
    }));

  it("reads and decrypts each file once, however many secrets it holds", () =>
    InstallWorld.use(async (world) => {
      await world.encrypt("/a.yaml", plain);
      await world.encrypt("/b.yaml", "x: 1x\nz: 2z\n");
      world.env["SOPS_AGE_KEY_CMD"] = "print-key";
      const fromB = ["x", "z"].map((name) => secretEntry(name, { sopsFile: "/b.yaml" }));
      const whole = secretEntry("whole", { key: "", sopsFile: "/b.yaml" });
      await world.install({ secrets: [secretEntry("a"), ...fromB, secretEntry("b"), whole], ageKeyFile: "" });
      expect([world.reads.get("/a.yaml"), world.reads.get("/b.yaml")]).toEqual([1, 1]);
      expect(world.calls.filter((call) => call === "print-key")).toHaveLength(2);
      expect(world.tree()["/run/secrets.d/1/whole"]).toBe("x: 1x\nz: 2z\n");
    }));

  it("has no plain text outside of the store, nor a key anywhere", () =>
    withLiveGeneration(async (world) => {
      const paths = { ...twoSecrets, secrets: [...twoSecrets.secrets, secretEntry("c/d", { path: "/etc/d" })] };
      const { out, err } = await world.install(paths);
      const elsewhere = Object.entries(world.tree()).filter(([path]) => !path.startsWith("/run/secrets.d/"));
      await expectNoSecrets(["canary-of-a", "canary-of-b", "canary-of-d"], {
        output: [...elsewhere.flat(), ...out, ...err],
      });
      await expectNoSecrets([world.key.identity], { output: [...Object.values(world.tree()), ...out, ...err] });
      expect(world.tree()["/etc/d"]).toBe("-> /run/secrets/c/d");
    }));

  it("is refused for a whole system that is not Linux", () =>
    withLiveGeneration(async (world) => {
      world.os = "darwin";
      await expect(world.install(twoSecrets)).rejects.toMatchObject({ code: "NOT_AVAILABLE_ON_THIS_PLATFORM" });
    }));

  it("of a user mounts nothing, changes no owner and reports no change", () =>
    InstallWorld.use(async (world) => {
      await world.encrypt("/a.yaml", plain);
      world.env["XDG_RUNTIME_DIR"] = "/run/user/1000";
      const user = { userMode: true, secretsMountPoint: "%r/secrets.d", symlinkPath: "/home/x/.config/secrets" };
      const secrets = [secretEntry("a", { path: "%r/token", uid: 5, restartUnits: ["x"] })];
      for (const round of [1, 2]) {
        const { out } = await world.install({ ...user, secrets });
        expect(out).toEqual([]);
        expect(world.tree()["/home/x/.config/secrets"]).toBe(`-> /run/user/1000/secrets.d/${round}`);
      }
      expect(world.tree()["/run/user/1000/token"]).toBe("-> /home/x/.config/secrets/a");
      expect([world.calls, world.system.owners.size]).toEqual([[], 0]);
    }));
});

describe("an installation that fails", () => {
  const noChange = (): void => undefined;
  const newer = { ...twoSecrets, secrets: [secretEntry("a"), secretEntry("c/d", { path: "/etc/d" })] };

  it.each<[string, (world: InstallWorld) => unknown, object, string]>([
    [
      "at the mount",
      (world) => (world.onRun = (command) => Number(command[0] === "mount")),
      newer,
      "cannot mount tmpfs",
    ],
    ["at the owner of the store", (world) => world.system.broken.add("chown /run/secrets.d"), newer, "chown /run"],
    ["at the new directory", (world) => world.system.broken.add("mkdir /run/secrets.d/2"), newer, "mkdir /run"],
    ["at the first file", (world) => world.system.broken.add("open /run/secrets.d/2/a"), newer, "open /run"],
    ["at the last file", (world) => world.system.broken.add("open /run/secrets.d/2/c/d"), newer, "open /run"],
    ["at the link", (world) => world.system.broken.add("symlink /run/secrets"), newer, "symlink /run"],
    [
      "at an absent file",
      noChange,
      { secrets: [secretEntry("a"), secretEntry("x", { sopsFile: "/x" })] },
      "reading /x",
    ],
    ["at a value", noChange, { secrets: [secretEntry("a"), secretEntry("number")] }, "secret number in /a.yaml"],
    [
      "at a template",
      noChange,
      { ...twoSecrets, templates: [templateEntry("t", "x", { mode: "9" })], ...placeholders("a", "b") },
      "mode of template t",
    ],
    ["at the key file", noChange, { ...twoSecrets, ageKeyFile: "/absent" }, "cannot read keyfile '/absent'"],
  ])("%s leaves the live generation and nothing else", (_, breakIt, manifest, message) =>
    withLiveGeneration(async (world) => {
      // Another type of memory, so that one is mounted over the other.
      const before = world.tree();
      breakIt(world);
      await expect(world.install({ ...manifest, useTmpfs: true })).rejects.toThrow(message);
      expect(world.tree()).toEqual(before);
      const mounts = world.calls.filter((call) => call.startsWith("mount ")).length;
      const taken = world.calls.filter((call) => call === "umount /run/secrets.d").length;
      expect(taken).toBe(world.onRun(["mount"]) === 0 ? mounts : 0);
    }),
  );

  it("at a directory in the place of a link does so before anything changes", () =>
    withLiveGeneration(async (world) => {
      mkdirSync(join(world.root, "etc/d/of"), { recursive: true });
      const before = world.tree();
      await expect(world.install(newer)).rejects.toThrow("cannot link /etc/d to secret c/d");
      expect(world.tree()).toEqual(before);
    }));

  it("names the secrets, the file, its recipients and the identities tried", () =>
    InstallWorld.use(async (world) => {
      const other = await generateNativeKey("x25519", cipher);
      await world.encrypt("/a.yaml", plain, { recipient: other.recipient });
      const error: unknown = await world.install(twoSecrets).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "COULD_NOT_RETRIEVE_KEY",
        hint: expect.stringContaining("updatekeys") as string,
      });
      const { message } = error as Error;
      expect(message).toContain("failed to decrypt '/a.yaml', which holds secrets a, b");
      expect(message).toContain(`Recipients of the file: ${other.recipient}`);
      expect(message).toContain(`Identities tried: ${world.key.recipient} (/keys.txt)`);
      await expectNoSecrets([world.key.identity], { errors: [error] });
    }));

  it("names the file of a MAC that does not fit", () =>
    InstallWorld.use(async (world) => {
      await world.encrypt("/a.yaml", plain);
      world.files["/a.yaml"] = (world.files["/a.yaml"] ?? "").replace(/^b: .*\n/m, "");
      await expect(world.install({ secrets: [secretEntry("a")] })).rejects.toMatchObject({
        code: "MAC_MISMATCH",
        message: expect.stringContaining("failed to decrypt '/a.yaml', which holds secret a: ") as string,
      });
    }));
});

describe("an installation that keeps going", () => {
  const keepGoing = { keepGoing: true };

  it("installs what can be installed, and tells each failure once", () =>
    InstallWorld.use(async (world) => {
      const other = await generateNativeKey("x25519", cipher);
      await world.encrypt("/a.yaml", plain);
      await world.encrypt("/b.yaml", "x: 1\ny: 2\n", { recipient: other.recipient });
      const closed = ["x", "y"].map((name) => secretEntry(name, { sopsFile: "/b.yaml" }));
      const names = ["a", "number", "b", "x", "y", "../out"];
      const { failures } = await world.install(
        {
          secrets: [secretEntry("a"), secretEntry("number"), ...closed, secretEntry("../out"), secretEntry("b")],
          templates: [
            templateEntry("good", `b=${placeholder("b")}`),
            templateEntry("bad", `${placeholder("b")}${placeholder("x")}`),
          ],
          ...placeholders(...names),
        },
        keepGoing,
      );
      expect(failures.map(({ message }) => message.split("\n")[0])).toEqual([
        'the name "../out" cannot be used: it leads out of the store',
        "secret number in /a.yaml is not valid: the key 'number' cannot be used: the value is not a string but a number",
        "failed to decrypt '/b.yaml', which holds secrets x, y: no identity here opens it.",
        "template bad needs secret x, which failed",
      ]);
      const live = Object.entries(world.tree()).filter(([path]) => path.startsWith("/run/secrets.d/1/"));
      expect(Object.fromEntries(live)).toEqual({
        "/run/secrets.d/1/a": "canary-of-a",
        "/run/secrets.d/1/b": "canary-of-b",
        "/run/secrets.d/1/rendered": "751",
        "/run/secrets.d/1/rendered/good": "b=canary-of-b",
      });
    }));

  it("does not say that a secret which failed was removed", () =>
    withLiveGeneration(async (world) => {
      const { out, failures } = await world.install(
        { secrets: [secretEntry("a"), secretEntry("b", { key: "no" })] },
        keepGoing,
      );
      expect([out, failures.length]).toEqual([[], 1]);
    }));

  it("leaves the live generation when nothing can be installed", () =>
    withLiveGeneration(async (world) => {
      const before = world.tree();
      const { failures } = await world.install({ ...twoSecrets, ageKeyFile: "/absent" }, keepGoing);
      expect(failures.map(({ message }) => message.split("\n")[0])).toEqual([
        "cannot read keyfile '/absent': open /absent: no such file or directory",
        "failed to decrypt '/a.yaml', which holds secrets a, b: no identity here opens it.",
      ]);
      expect(world.tree()).toEqual(before);
    }));

  it("makes the links that can be made", () =>
    withLiveGeneration(async (world) => {
      mkdirSync(join(world.root, "etc/full/of"), { recursive: true });
      const paths = ["/etc/full", "/etc/free"];
      const secrets = ["a", "b"].map((name, index) => secretEntry(name, { path: paths[index] }));
      const { failures } = await world.install({ secrets }, keepGoing);
      expect(failures.map(({ message }) => message)).toEqual([
        expect.stringContaining("cannot link /etc/full to secret a"),
      ]);
      expect(readlinkSync(join(world.root, "etc/free"))).toBe("/run/secrets/b");
    }));
});

describe("after the change", () => {
  const changed = {
    secrets: [
      secretEntry("a", { restartUnits: ["a.service", "plain"], path: "/etc/a" }),
      secretEntry("c/d", { restartUnits: ["plain"], reloadUnits: ["r.socket"] }),
    ],
  };

  it("units are asked to restart, through systemctl, when the secrets are live", () =>
    withLiveGeneration(async (world) => {
      world.env["SOPS_RESTART_UNITS_VIA_SYSTEMCTL"] = "1";
      await world.encrypt("/a.yaml", plain.replace("canary-of-a", "other-value"));
      const states: string[] = [];
      world.onRun = (command) => {
        if (command[0] === "mount") return 0;
        const links = ["run/secrets", "etc/a"].map((path) => readlinkSync(join(world.root, path)));
        if (command[0] === "systemctl") states.push(`${command[2]}: ${links.join(" ")}`);
        return 0;
      };
      await world.install(changed);
      expect(world.calls.filter((call) => call.startsWith("systemctl"))).toEqual([
        "systemctl --no-block try-restart a.service plain.service plain.service",
        "systemctl --no-block try-reload-or-restart r.socket",
      ]);
      expect(states).toEqual([
        "try-restart: /run/secrets.d/2 /run/secrets/a",
        "try-reload-or-restart: /run/secrets.d/2 /run/secrets/a",
      ]);
    }));

  it("a failure of systemctl or of a link is told, and everything else is done", () =>
    withLiveGeneration(async (world) => {
      world.env["SOPS_RESTART_UNITS_VIA_SYSTEMCTL"] = "1";
      world.onRun = (command) => (command[0] === "systemctl" ? 5 : 0);
      world.system.broken.add("symlink /etc/a");
      await world.encrypt("/a.yaml", plain.replace("canary-of-a", "other-value"));
      const { failures, out } = await world.install(changed);
      expect(failures.map(({ message }) => message)).toEqual([
        "symlink /etc/a: input/output error",
        "error running 'systemctl --no-block try-restart a.service plain.service plain.service': exit status 5: it failed",
      ]);
      expect(out).toEqual(["adding secret: c/d", "modifying secret: a", "removing secret: b"]);
      expect(readdirSync(join(world.root, "run/secrets.d"))).toEqual(["2"]);
    }));

  it("units are else put into the lists of an activation, by their full names", () =>
    withLiveGeneration(async (world) => {
      mkdirSync(join(world.root, "run/nixos"));
      writeFileSync(join(world.root, "run/nixos/activation-restart-list"), "before.service\n");
      await world.encrypt("/a.yaml", plain.replace("canary-of-a", "other-value"));
      await world.install(changed);
      const { "/run/nixos/activation-restart-list": restart, "/run/nixos/activation-reload-list": reload } =
        world.tree();
      expect([restart, reload]).toEqual(["before.service\na.service\nplain.service\nplain.service\n", "r.socket\n"]);
    }));

  it("what did not change asks for nothing, and neither does the first generation", () =>
    InstallWorld.use(async (world) => {
      mkdirSync(join(world.root, "run/nixos"));
      await world.encrypt("/a.yaml", plain);
      for (const _ of [1, 2]) expect((await world.install(changed)).out).toEqual([]);
      expect(readdirSync(join(world.root, "run/nixos"))).toEqual([]);
    }));
});

describe("a dry activation", () => {
  it("says what would change, writes lists of units, and nothing else", () =>
    withLiveGeneration(async (world) => {
      mkdirSync(join(world.root, "run/nixos"));
      const before = world.tree();
      world.env["NIXOS_ACTION"] = "dry-activate";
      await world.encrypt("/a.yaml", plain.replace("canary-of-a", "other-value"));
      const secrets = [secretEntry("a", { owner: "nobody-here", path: "/etc/a", restartUnits: ["x.service"] })];
      const templates = [templateEntry("t", placeholder("a"))];
      const { out } = await world.install({ secrets, templates, ...placeholders("a") });
      expect(out).toEqual(["would modify secret: a", "would remove secret: b", "would add rendered secret: t"]);
      expect(world.tree()).toEqual({ ...before, "/run/nixos/dry-activation-restart-list": "x.service\n" });
      expect(world.calls).toEqual([]);
    }));

  it("prints units where systemctl would be asked", () =>
    withLiveGeneration(async (world) => {
      Object.assign(world.env, { NIXOS_ACTION: "dry-activate", SOPS_RESTART_UNITS_VIA_SYSTEMCTL: "1" });
      const units = { restartUnits: ["x.service"], reloadUnits: ["y.service"] };
      const { err } = await world.install({ secrets: [secretEntry("c/d", units)] });
      expect(err).toEqual(["would restart x.service", "would reload y.service"]);
      expect(world.calls).toEqual([]);
    }));
});

describe("a check", () => {
  it("reads no sops file when it is of the manifest alone, and no key in any mode", () =>
    InstallWorld.use(async (world) => {
      await world.encrypt("/a.yaml", plain);
      for (const checkMode of ["manifest", "sopsfile"] as const) {
        await world.install({ ...twoSecrets, ageKeyFile: "/absent" }, { checkMode });
      }
      expect([...world.reads]).toEqual([["/a.yaml", 1]]);
      expect([world.calls, world.tree()]).toEqual([[], { "/run": "755" }]);
    }));

  it.each([
    ["a file that is absent", secretEntry("x", { sopsFile: "/no" }), "failed reading /no"],
    ["a file of another format", secretEntry("x", { format: "json" }), "cannot parse json of '/a.yaml'"],
    ["a key that is not there", secretEntry("c/no"), "secret c/no in /a.yaml is not valid: the key 'c/no'"],
    ["a mapping", secretEntry("c"), "the value is not a string but a mapping"],
  ])("of sops files finds %s", (_, entry, message) =>
    InstallWorld.use(async (world) => {
      await world.encrypt("/a.yaml", plain);
      await expect(world.install({ secrets: [entry] }, { checkMode: "sopsfile" })).rejects.toThrow(message);
      const { failures } = await world.install({ secrets: [entry, entry] }, { checkMode: "sopsfile", keepGoing: true });
      expect(failures.length).toBeGreaterThan(0);
    }),
  );

  it("accepts nested keys of JSON files, which the installation does as well", () =>
    InstallWorld.use(async (world) => {
      await world.encrypt("/a.json", '{"db": {"password": "canary-json"}}', { format: "json" });
      const manifest = { secrets: [secretEntry("p", { key: "db/password", sopsFile: "/a.json", format: "json" })] };
      await world.install(manifest, { checkMode: "sopsfile" });
      await world.install(manifest);
      expect(world.tree()["/run/secrets.d/1/p"]).toBe("canary-json");
    }));
});
