import { SopsError, type SopsErrorCode } from "sops-ts";
import { element, icon } from "./element.ts";
import type { Identity } from "./identity.ts";

/** What an error means here, in a few words; the library's own words stand below. */
const titles: { readonly [Code in SopsErrorCode]?: string } = {
  METADATA_NOT_FOUND: "This file is not encrypted by sops",
  COULD_NOT_READ_INPUT_FILE: "This file cannot be read",
  INVALID_METADATA: "The file’s sops block is damaged",
  COULD_NOT_RETRIEVE_KEY: "This key does not open the file",
  MAC_MISMATCH: "This file was changed without its key",
  ERROR_DECRYPTING_TREE: "A value of this file was changed or damaged",
  INVALID_MASTER_KEY: "A recipient is not valid",
  FILE_ALREADY_ENCRYPTED: "This file is encrypted already",
  NEED_AT_LEAST_ONE_DOCUMENT: "There is nothing to encrypt",
  INVALID_CONFIG: "The expression is not valid",
  ERROR_DUMPING_TREE: "The file’s format cannot hold this",
};

/** What there is to an error besides itself. */
interface ProblemOptions {
  /** The identities that were given: the library calls them by their positions. */
  readonly identities?: readonly Identity[];
  /** What the person can do about it. */
  readonly actions?: readonly HTMLElement[];
}

/** Tells of an error: what it means, what to try, and behind a fold all that the library says. */
export function problemCard(error: unknown, { identities = [], actions = [] }: ProblemOptions = {}): HTMLElement {
  const known = error instanceof SopsError ? error : undefined;
  const named = (text: string): string =>
    text.replaceAll(/identities\[(\d+)\]/g, (place, index) => identities[Number(index)]?.name ?? place);
  const message = named(error instanceof Error ? error.message : String(error));
  const nothingShown = known?.code === "MAC_MISMATCH" || known?.code === "ERROR_DECRYPTING_TREE";
  return element(
    "section",
    { class: "problem", role: "alert", "data-code": known?.code },
    icon("alert"),
    element(
      "div",
      {},
      element("h2", {}, known === undefined ? "That did not work" : titleOf(known)),
      known?.path !== undefined && element("p", {}, "It is at ", element("code", {}, known.path), "."),
      /match(?:ed)? any of the recipients/.test(message) &&
        element("p", {}, "It belongs to none of the recipients that the file names."),
      known?.hint !== undefined && element("p", { class: "hint" }, named(known.hint)),
      nothingShown && element("p", {}, "Nothing of it is shown, as nothing of it can be trusted."),
      element("details", {}, element("summary", {}, "What the library says"), element("pre", {}, message)),
      actions.length > 0 && element("div", { class: "buttons" }, ...actions),
    ),
  );
}

function titleOf({ code, message }: SopsError): string {
  if (message.includes("incorrect passphrase")) return "The passphrase is not right";
  if (message.includes("no passphrase was given")) return "The key stays locked without its passphrase";
  return titles[code] ?? "That did not work";
}
