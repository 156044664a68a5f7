import type { MasterKey } from "../core/metadata.ts";
import { SopsError } from "../errors.ts";

/** The kinds that are tried first when nothing else is said; the others follow in stored order. */
export const defaultDecryptionOrder: readonly string[] = ["age", "pgp"];

/**
 * The order that a flag or variable names: kinds with commas between them. Names of no kind are allowed and match nothing.
 *
 * @returns the default order for an empty text
 * @throws SopsError `DUPLICATE_DECRYPTION_KEY_TYPE`
 */
export function parseDecryptionOrder(text: string): readonly string[] {
  if (text === "") return defaultDecryptionOrder;
  const order = text.split(",");
  checkDecryptionOrder(order);
  return order;
}

/** @throws SopsError `DUPLICATE_DECRYPTION_KEY_TYPE` when a name occurs twice */
export function checkDecryptionOrder(order: readonly string[]): void {
  const seen = new Set<string>();
  for (const kind of order) {
    if (seen.has(kind)) {
      throw new SopsError("DUPLICATE_DECRYPTION_KEY_TYPE", `Duplicate decryption key type: ${kind}`, {
        hint: "Name every kind of key once.",
      });
    }
    seen.add(kind);
  }
}

/** The keys of a group in the order in which they are tried; keys of one rank keep the order that the file has. */
export function sortByDecryptionOrder(group: readonly MasterKey[], order: readonly string[]): MasterKey[] {
  const rank = (key: MasterKey): number => {
    const index = order.indexOf(key.kind);
    return index === -1 ? order.length : index;
  };
  return group.toSorted((a, b) => rank(a) - rank(b));
}
