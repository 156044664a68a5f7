import { hasInvalidUtf8 } from "../bytes.ts";
import { Branch, Comment, NonStringKey } from "../core/tree.ts";
import { SopsError } from "../errors.ts";
import { scalarText } from "../stores/scalar-text.ts";

/**
 * The top-level values of a document as environment variables. Of a key that occurs twice the later value counts; comments are
 * passed over.
 *
 * @throws SopsError `GENERIC` for what no variable can hold; a value is never told
 * @see sops cmd/sops/main.go, exec-env
 */
export function secretVariables(document: Branch): Readonly<Record<string, string>> {
  const variables = new Map<string, string>();
  for (const item of document.items) {
    if (item instanceof Comment) continue;
    const { key, value } = item;
    const name = key instanceof NonStringKey ? key.text : key;
    if (value instanceof Branch || Array.isArray(value) || value instanceof Comment) {
      throw refusal(`cannot use complex value in environment; offending key ${name}`, "A variable holds one value.");
    }
    if (key instanceof NonStringKey) {
      throw refusal(`cannot use non-string keys in environment, got ${key.goType}`, `Put ${name} in quotes.`);
    }
    variables.set(checkedName(key), checkedText(key, scalarText(value)));
  }
  return Object.fromEntries(variables);
}

function checkedName(key: string): string {
  if (key.includes("=")) throw refusal(`cannot use keys with '=' in environment: ${key}`);
  if (key.includes("\0") || hasInvalidUtf8(key)) throw refusal("cannot use a key that is not text in environment");
  return key;
}

function checkedText(key: string, text: string): string {
  if (text.includes("\0")) throw refusal(`environment variable contains NUL; offending key ${key}`);
  if (hasInvalidUtf8(text)) throw refusal(`cannot use value that is not UTF-8 in environment; offending key ${key}`);
  return text;
}

function refusal(message: string, hint?: string): SopsError {
  return new SopsError("GENERIC", message, { hint: hint ?? "exec-file hands over any file, as it is." });
}
