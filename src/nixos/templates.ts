import { decodeByteString, encodeByteString } from "../bytes.ts";
import { SopsError } from "../errors.ts";

/** What a template is filled with. */
export interface TemplateValues {
  /** Values by placeholder. */
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** The names of secrets without a value, because they failed, by placeholder. */
  readonly missing: ReadonlyMap<string, string>;
}

export interface RenderedTemplate {
  readonly content: Uint8Array;
  /** How many things stayed that look like placeholders and belong to no secret of the manifest. */
  readonly leftOver: number;
}

/** How the modules of sops-nix write placeholders. */
const modulePlaceholder = /<SOPS:[0-9a-f]{64}:PLACEHOLDER>/g;

/**
 * Puts values in the place of their placeholders, as they are and in one go: what is in a value is never looked at.
 *
 * @param name - for messages
 * @throws SopsError `GENERIC` when a secret that failed is needed
 */
export function renderTemplate(name: string, text: Uint8Array, { values, missing }: TemplateValues): RenderedTemplate {
  const placeholders = [...values.keys(), ...missing.keys()].filter((placeholder) => placeholder !== "");
  // A longer one first, should one begin with another.
  const pattern = placeholders
    .toSorted((a, b) => b.length - a.length)
    .map(escapeForRegex)
    .join("|");
  const parts = pattern === "" ? [decodeByteString(text)] : decodeByteString(text).split(new RegExp(`(${pattern})`));
  let leftOver = 0;
  const rendered = parts.map((part, index) => {
    // Every second part is a placeholder, as it was captured.
    if (index % 2 === 1) return decodeByteString(valueFor(part, name, { values, missing }));
    leftOver += part.match(modulePlaceholder)?.length ?? 0;
    return part;
  });
  return { content: encodeByteString(rendered.join("")), leftOver };
}

function valueFor(placeholder: string, template: string, { values, missing }: TemplateValues): Uint8Array {
  const value = values.get(placeholder);
  if (value !== undefined) return value;
  throw new SopsError("GENERIC", `template ${template} needs secret ${missing.get(placeholder)}, which failed`);
}

function escapeForRegex(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
