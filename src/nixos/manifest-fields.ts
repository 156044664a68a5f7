import { Branch, Comment, type Value } from "../core/tree.ts";
import { SopsError } from "../errors.ts";

/**
 * Reads the fields of a JSON object by their types. A field that is absent or null has the zero value of its type; fields that
 * nobody asks for are ignored.
 */
export class ManifestFields {
  readonly #values: ReadonlyMap<string, Value>;
  /** Such as `secrets[0].`; empty for the manifest itself. */
  readonly #place: string;

  constructor(object: Branch, place = "") {
    const items = object.items.flatMap((item) =>
      item instanceof Comment ? [] : [[String(item.key), item.value] as const],
    );
    this.#values = new Map(items);
    this.#place = place;
  }

  text(name: string): string {
    return this.optionalText(name) ?? "";
  }

  /** A text; undefined when absent or null. */
  optionalText(name: string): string | undefined {
    return this.#read(name, "a text", (value) => (typeof value === "string" ? value : undefined));
  }

  boolean(name: string): boolean {
    return this.#read(name, "true or false", (value) => (typeof value === "boolean" ? value : undefined)) ?? false;
  }

  integer(name: string): number {
    return (
      this.#read(name, "an integer", (value) => {
        const number = typeof value === "bigint" ? Number(value) : undefined;
        return Number.isSafeInteger(number) ? number : undefined;
      }) ?? 0
    );
  }

  texts(name: string): readonly string[] {
    return this.#list(name, "a list of texts").map((element, index) => {
      if (element === null || typeof element === "string") return element ?? "";
      throw wrongType(`${this.#place}${name}[${index}]`, "a text");
    });
  }

  object(name: string): ManifestFields {
    const isBranch = (value: Value): Branch | undefined => (value instanceof Branch ? value : undefined);
    return new ManifestFields(this.#read(name, "an object", isBranch) ?? new Branch(), `${this.#place}${name}.`);
  }

  objects(name: string): readonly ManifestFields[] {
    return this.#list(name, "a list of objects").map((element, index) => {
      const place = `${this.#place}${name}[${index}]`;
      if (element === null) return new ManifestFields(new Branch(), `${place}.`);
      if (element instanceof Branch) return new ManifestFields(element, `${place}.`);
      throw wrongType(place, "an object");
    });
  }

  /** All fields, each a text. */
  allTexts(): ReadonlyMap<string, string> {
    return new Map([...this.#values.keys()].map((name) => [name, this.text(name)]));
  }

  #list(name: string, wanted: string): readonly Value[] {
    return this.#read(name, wanted, (value) => (Array.isArray(value) ? value : undefined)) ?? [];
  }

  #read<Type>(name: string, wanted: string, accept: (value: Value) => Type | undefined): Type | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return undefined;
    const accepted = accept(value);
    if (accepted === undefined) throw wrongType(`${this.#place}${name}`, wanted);
    return accepted;
  }
}

function wrongType(field: string, wanted: string): SopsError {
  return new SopsError("INVALID_CONFIG", `failed to parse manifest: the field ${field} is not ${wanted}`);
}
