import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { messageOf, SopsError } from "../errors.ts";
import { isSystemError, systemReason } from "./system-error.ts";

/**
 * Makes this process run as another user from here on, with all groups of that user, for good.
 *
 * @returns the variables that tell programs who the user is
 * @throws SopsError `GENERIC` when there is no such user, or only root could do that; `NOT_AVAILABLE_ON_THIS_PLATFORM`
 */
export function becomeUser(name: string): Readonly<Record<"HOME" | "USER" | "LOGNAME", string>> {
  const { seteuid, geteuid, initgroups, setgid, setuid } = process as NodeJS.Process & WithInitgroups;
  if (!seteuid || !geteuid || !initgroups || !setgid || !setuid) {
    throw new SopsError("NOT_AVAILABLE_ON_THIS_PLATFORM", "user switching not available on windows");
  }
  try {
    const { uid, gid, username, homedir } = lookUp(name, seteuid, geteuid);
    // In this order: without the user's rights to begin with, the groups could not be changed any more.
    initgroups(username, gid);
    setgid(gid);
    setuid(uid);
    return { HOME: homedir, USER: username, LOGNAME: username };
  } catch (error) {
    throw cannotBecome(name, error);
  }
}

/** Node has it, its types do not. */
interface WithInitgroups {
  /** Sets the groups of this process to those of a user, and one more. */
  readonly initgroups?: (user: string, furtherGroup: number) => void;
}

/** A line of the system's table of users. */
interface Account {
  readonly username: string;
  readonly uid: number;
  readonly gid: number;
  readonly homedir: string;
}

/** What the system knows of a user: of the one that this process is for a moment. */
function lookUp(name: string, become: (user: string | number) => void, current: () => number): Account {
  const self = current();
  become(name);
  const uid = current();
  let account: Account;
  try {
    account = userInfo();
  } finally {
    become(self);
  }
  // Bun does not ask the system, and tells of whoever started it.
  if (account.uid !== uid) account = accountInTable(name);
  if (account.uid === uid) return account;
  throw new SopsError("GENERIC", `user: the system does not say which groups and home ${name} has`);
}

/** The account of a user that there is, by the files of the system or else its programs. */
function accountInTable(name: string): Account {
  const found = parseAccount(readFileSync("/etc/passwd", "utf8"), name);
  if (found !== undefined) return found;
  const [program, ...args] = process.platform === "darwin" ? ["id", "-P", name] : ["getent", "passwd", name];
  const line = execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const told = parseAccount(line, name);
  if (told === undefined) throw new SopsError("GENERIC", `user: unknown user ${name}`);
  return told;
}

/**
 * Finds a user in lines `name:password:uid:gid:…:home:shell`; of two lines with one name the first counts.
 *
 * @returns undefined when there is no such user
 */
export function parseAccount(table: string, name: string): Account | undefined {
  const fields = table
    .split("\n")
    .map((line) => line.split(":"))
    .find(([username]) => username === name);
  const [, , uid = "", gid = ""] = fields ?? [];
  if (fields === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) return undefined;
  return { username: name, uid: Number(uid), gid: Number(gid), homedir: fields.at(-2) ?? "" };
}

function cannotBecome(name: string, error: unknown): SopsError {
  if (!isSystemError(error)) return new SopsError("GENERIC", messageOf(error), { cause: error });
  if (error.code === "ERR_UNKNOWN_CREDENTIAL") return new SopsError("GENERIC", `user: unknown user ${name}`);
  return new SopsError("GENERIC", `cannot run a command as ${name}: ${systemReason(error)}`, {
    cause: error,
    hint: "Only root can run commands as another user.",
  });
}
