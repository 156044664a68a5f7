import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundledCommand } from "./bundled-program.ts";
import { programRunner } from "./command-runner.ts";
import { inNamespace } from "./mount-namespace.ts";
import { installSopsTs } from "./shell-session.ts";

/** What a script on a machine left behind. */
export interface MachineRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A machine that is starting: what is run has a `/run`, users and groups of its own, and `sops-ts` on its path. It needs root, and mount
 * namespaces. A new run finds the files again, and an empty `/run`.
 */
export class Machine {
  readonly #folder: string;

  /** @param folder - an empty directory */
  constructor(folder: string) {
    this.#folder = folder;
    chmodSync(folder, 0o755);
    const users = ["root:x:0:0::/root:/bin/sh", "wakapi:x:980:978::/:/bin/false", "hass:x:286:286::/:/bin/false"];
    const groups = ["root:x:0:", "keys:x:96:", "wakapi:x:978:", "hass:x:286:"];
    this.write("etc/passwd", `${users.join("\n")}\n`);
    this.write("etc/group", `${groups.join("\n")}\n`);
    for (const name of ["bin", "home", "tmp"]) mkdirSync(join(folder, name));
  }

  /** Gives its absolute path. */
  write(path: string, content: string | Uint8Array, mode = 0o644): string {
    const place = join(this.#folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
    chmodSync(place, mode);
    return place;
  }

  /** Runs a script of bash that ends at the first failure, in the machine's folder. */
  async run(script: string): Promise<MachineRun> {
    await installSopsTs(join(this.#folder, "bin"), await bundledCommand());
    const prepare =
      "mount --bind etc/passwd /etc/passwd; mount --bind etc/group /etc/group; mount -t tmpfs -o mode=0755 none /run";
    const runner = programRunner([...inNamespace, "bash", "--norc", "-euc"]);
    const outcome = await runner({
      args: [`umask 022; ${prepare}\n${script}`],
      directory: this.#folder,
      env: {
        PATH: `${join(this.#folder, "bin")}:${process.env["PATH"] ?? ""}`,
        HOME: join(this.#folder, "home"),
        TMPDIR: join(this.#folder, "tmp"),
      },
    });
    return { ...outcome, stdout: Buffer.from(outcome.stdout).toString() };
  }
}
