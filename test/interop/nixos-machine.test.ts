import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { encryptBytes, recipientKeys } from "../../src/index.ts";
import type { Format } from "../../src/stores/store.ts";
import { Machine, type MachineRun } from "../support/machine.ts";
import { describeWithNamespaces } from "../support/mount-namespace.ts";
import { nixCorpusFolder } from "../support/nix-corpus-folder.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

/*
 * What becomes of a NixOS user's secrets on the machine, R28 to R35, with what sops-nix's module writes into the manifest. For R1 to R27, and for
 * R36, see `nixos-workflows.test.ts`.
 */

const hostKey = readFileSync(join(nixCorpusFolder, "repo/keys/homelab1"));
const expected = JSON.parse(readFileSync(join(nixCorpusFolder, "repo/expected.json"), "utf8")) as {
  readonly people: { readonly homelab1: { readonly recipient: string } };
};
const salt = "WAKAPI_PASSWORD_SALT=adgjajnnaghauhlaksfjdk\n";
/** A line for each path: its name, mode, owner and group. */
const list = "stat -c '%n %a %U:%G'";

type Fields = Readonly<Record<string, unknown>>;

/** A machine whose files are encrypted for its host key. */
class Host {
  readonly #machine: Machine;
  readonly #hostKey: string;

  constructor(folder: string) {
    this.#machine = new Machine(folder);
    this.#hostKey = this.#machine.write("ssh_host_ed25519_key", hostKey, 0o600);
  }

  async encrypted(name: string, format: Format, text: string): Promise<string> {
    const keyGroups = [await recipientKeys([expected.people.homelab1.recipient])];
    return this.#machine.write(name, await encryptBytes(new TextEncoder().encode(text), { format, keyGroups }));
  }

  manifest(name: string, fields: Fields): void {
    const { link = "/run/secrets", ...others } = fields;
    const manifest = {
      secretsMountPoint: `${String(link)}.d`,
      symlinkPath: link,
      keepGenerations: 1,
      ageSshKeyPaths: [this.#hostKey],
      logging: { keyImport: false, secretChanges: true },
      ...others,
    };
    this.#machine.write(name, JSON.stringify(manifest));
  }

  program(name: string, script: string): void {
    this.#machine.write(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
  }

  run(script: string): Promise<MachineRun> {
    return this.#machine.run(script);
  }
}

/** As the module writes a secret of which nothing but the file is given. */
function secret(name: string, sopsFile: string, given: Fields = {}): Fields {
  const restart = { restartUnits: [], reloadUnits: [] };
  const owner = { owner: null, uid: 0, group: null, gid: 0 };
  return {
    name,
    key: name,
    path: `/run/secrets/${name}`,
    sopsFile,
    format: "yaml",
    mode: "0400",
    ...owner,
    ...restart,
    ...given,
  };
}

const withHost = (use: (host: Host) => Promise<void>): Promise<void> =>
  withTemporaryDirectory((folder) => use(new Host(folder)));
const lines = ({ status, stdout, stderr }: MachineRun): string[] => {
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trimEnd().split("\n");
};

describeWithNamespaces("a NixOS user's machine:", () => {
  it("R28: a service's secret is on ramfs, as the service's user may read it, and nowhere else", () =>
    withHost(async (host) => {
      const file = await host.encrypted("wakapi-passwd-salt", "binary", salt);
      const given = { format: "binary", owner: "wakapi", group: "wakapi" };
      const secrets = ["secret-name", "homelab1-wakapi-passwd-salt"].map((name) => secret(name, file, given));
      host.manifest("m.json", { secrets });
      const outcome = await host.run(`
        sops-ts install-secrets m.json
        cd /run/secrets; ${list} *; cat secret-name; cmp * && echo same; stat -f -c %T .; readlink /run/secrets
        grep -rlF adgjajnnaghauhlaksfjdk /run "$HOME" "$TMPDIR" "$OLDPWD" | sort`);
      expect(lines(outcome)).toEqual([
        "homelab1-wakapi-passwd-salt 400 wakapi:wakapi",
        "secret-name 400 wakapi:wakapi",
        salt.trimEnd(),
        "same",
        "ramfs",
        "/run/secrets.d/1",
        "/run/secrets.d/1/homelab1-wakapi-passwd-salt",
        "/run/secrets.d/1/secret-name",
      ]);
    }));

  it("R29: what is not given is root's, mode 0400, and has the name as its key", () =>
    withHost(async (host) => {
      const file = await host.encrypted("s.yaml", "yaml", "plain: p\nowned: o\nnumbered: n\n");
      const secrets = [
        secret("plain", file),
        secret("owned", file, { owner: "wakapi", mode: "0440" }),
        secret("numbered", file, { uid: 4711, gid: 4712 }),
      ];
      host.manifest("m.json", { secrets });
      const outcome = await host.run(
        `sops-ts install-secrets m.json; cd /run/secrets; ${list} plain owned; stat -c '%u:%g' numbered; cat *`,
      );
      expect(lines(outcome)).toEqual(["plain 400 root:root", "owned 440 wakapi:root", "4711:4712", "nop"]);
    }));

  it("R30: secrets for users are there before users are", () =>
    withHost(async (host) => {
      const file = await host.encrypted("hashedPassword", "binary", "$y$j9T$hash\n");
      const given = { format: "binary", neededForUsers: true, path: "/run/secrets-for-users/hashedPassword" };
      const secrets = [secret("hashedPassword", file, given)];
      host.manifest("m.json", { secrets, link: "/run/secrets-for-users" });
      const outcome = await host.run(`
        mount --bind /dev/null /etc/passwd; mount --bind /dev/null /etc/group
        sops-ts install-secrets -ignore-passwd m.json
        cd /run/secrets-for-users; stat -c '%n %a %u:%g' . *; cat *`);
      expect(lines(outcome)).toEqual([". 751 0:0", "hashedPassword 400 0:0", "$y$j9T$hash"]);
    }));

  it("R31: files of variables and of a password are whole files", () =>
    withHost(async (host) => {
      const env = await host.encrypted("restic.env", "dotenv", "AWS_ACCESS_KEY_ID=a b\nRESTIC_CACHE=/x\n");
      const password = await host.encrypted("restic-password", "binary", "correct horse\n");
      const secrets = [
        secret("restic-env", env, { format: "dotenv" }),
        secret("restic-password", password, { format: "binary" }),
      ];
      host.manifest("m.json", { secrets });
      const outcome = await host.run("sops-ts install-secrets m.json; cat /run/secrets/*");
      expect(lines(outcome)).toEqual(["AWS_ACCESS_KEY_ID=a b", "RESTIC_CACHE=/x", "correct horse"]);
    }));

  it("R32: keys below keys are files in directories, and an empty key is the whole file", () =>
    withHost(async (host) => {
      const file = await host.encrypted("s.yaml", "yaml", "myservice:\n    my_subdir:\n        my_secret: x\n");
      const secrets = [secret("myservice/my_subdir/my_secret", file), secret("whole.yaml", file, { key: "" })];
      host.manifest("m.json", { secrets });
      const outcome = await host.run(
        `sops-ts install-secrets m.json; cd /run/secrets; ${list} . myservice myservice/*; cat myservice/*/*; echo; cat whole.yaml`,
      );
      expect(lines(outcome)).toEqual([
        ". 751 root:keys",
        "myservice 751 root:keys",
        "myservice/my_subdir 751 root:keys",
        "x",
        "myservice:",
        "    my_subdir:",
        "        my_secret: x",
      ]);
    }));

  it("R33: another path is a link to the secret, and the owner's as the secret is", () =>
    withHost(async (host) => {
      const file = await host.encrypted("s.yaml", "yaml", "hass: x\n");
      const secrets = [secret("hass", file, { path: "/run/lib/hass/secrets.yaml", owner: "hass", group: "hass" })];
      host.manifest("m.json", { secrets });
      const outcome = await host.run(
        `sops-ts install-secrets m.json; cd /run/lib/hass; stat -c '%N %U:%G' *; ${list} -L *; cat *`,
      );
      expect(lines(outcome)).toEqual([
        "'secrets.yaml' -> '/run/secrets/hass' hass:hass",
        "secrets.yaml 400 hass:hass",
        "x",
      ]);
    }));

  it("R34: units of new and changed secrets are restarted and reloaded; a dry activation says so and changes nothing", () =>
    withHost(async (host) => {
      const units = (name: string): Fields => ({ restartUnits: [`${name}.service`], reloadUnits: ["nginx.service"] });
      const before = await host.encrypted("s.yaml", "yaml", "a: 1\nb: 1\nc: 1\n".replaceAll("1", "'1'"));
      const after = await host.encrypted("t.yaml", "yaml", "a: '1'\nb: '2'\nd: '1'\n");
      host.manifest("m.json", { secrets: ["a", "b", "c"].map((name) => secret(name, before, units(name))) });
      host.manifest("n.json", { secrets: ["a", "b", "d"].map((name) => secret(name, after, units(name))) });
      host.program("systemctl", 'echo "$* $(readlink /run/secrets)" >>/run/calls');
      const said = ["adding secret: d", "modifying secret: b", "removing secret: c"];
      const dry = await host.run(`
        mkdir /run/nixos; sops-ts install-secrets m.json; ls /run/nixos
        NIXOS_ACTION=dry-activate sops-ts install-secrets n.json
        readlink /run/secrets; ls /run/secrets; tail -n +1 /run/nixos/*`);
      expect(lines(dry)).toEqual([
        ...["would add secret: d", "would modify secret: b", "would remove secret: c"],
        ...["/run/secrets.d/1", "a", "b", "c"],
        ...["==> /run/nixos/dry-activation-reload-list <==", "nginx.service", "nginx.service", ""],
        ...["==> /run/nixos/dry-activation-restart-list <==", "b.service", "d.service"],
      ]);
      const activation = await host.run(`
        mkdir /run/nixos; sops-ts install-secrets m.json; sops-ts install-secrets n.json
        readlink /run/secrets; ls /run/secrets; cat /run/nixos/activation-restart-list`);
      expect(lines(activation)).toEqual([...said, "/run/secrets.d/2", "a", "b", "d", "b.service", "d.service"]);
      const unit = await host.run(`
        export SOPS_RESTART_UNITS_VIA_SYSTEMCTL=1; sops-ts install-secrets m.json
        NIXOS_ACTION=dry-activate sops-ts install-secrets n.json 2>&1
        [ ! -e /run/calls ]; sops-ts install-secrets n.json; cat /run/calls`);
      expect(unit.stderr).toBe("");
      expect(unit.stdout).toContain("would restart b.service\nwould restart d.service\nwould reload nginx.service\n");
      expect(lines(unit).slice(-5)).toEqual([
        ...said,
        "--no-block try-restart b.service d.service /run/secrets.d/2",
        "--no-block try-reload-or-restart nginx.service nginx.service /run/secrets.d/2",
      ]);
    }));

  it("R35: templates are rendered with the secrets in the places of their placeholders", () =>
    withHost(async (host) => {
      const file = await host.encrypted("s.yaml", "yaml", "password: p&w\n");
      const placeholder = "<SOPS:5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8:PLACEHOLDER>";
      const template = {
        name: "app.toml",
        content: `password = "${placeholder}"\n`,
        file: "/nowhere",
        path: "/run/secrets/rendered/app.toml",
        ...{ mode: "0440", owner: "wakapi", uid: 0, group: null, gid: 0, restartUnits: [], reloadUnits: [] },
      };
      host.manifest("m.json", {
        secrets: [secret("password", file)],
        templates: [template],
        placeholderBySecretName: { password: placeholder },
      });
      const outcome = await host.run(
        `sops-ts install-secrets m.json; cd /run/secrets/rendered; ${list} . *; cat app.toml`,
      );
      expect(lines(outcome)).toEqual([". 751 root:keys", "app.toml 440 wakapi:root", 'password = "p&w"']);
    }));
});
