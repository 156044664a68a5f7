import { userInfo, type UserInfo } from "node:os";
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
    const { uid, gid, username, homedir } = lookUp(name, seteuid, geteuid());
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

/** What the system knows of a user: of the one that this process is for a moment. */
function lookUp(name: string, become: (user: string | number) => void, self: number): UserInfo<string> {
  become(name);
  try {
    return userInfo();
  } finally {
    become(self);
  }
}

function cannotBecome(name: string, error: unknown): SopsError {
  if (!isSystemError(error)) return new SopsError("GENERIC", messageOf(error), { cause: error });
  if (error.code === "ERR_UNKNOWN_CREDENTIAL") return new SopsError("GENERIC", `user: unknown user ${name}`);
  return new SopsError("GENERIC", `cannot run a command as ${name}: ${systemReason(error)}`, {
    cause: error,
    hint: "Only root can run commands as another user.",
  });
}
