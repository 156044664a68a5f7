import { unpackedFixture } from "../support/fixture-files.ts";

/** The fields of one case, and those of the section that it stands in. */
export interface NistCase {
  /** A field's text; "" when it is there without one. */
  text(name: string): string;
  /** A field in hexadecimal. */
  bytes(name: string): Uint8Array;
  /** Whether the case has a line `FAIL`: it must be refused. */
  readonly fails: boolean;
}

/** The cases of a response file of NIST's validation program, from `fixtures/vectors`. */
export function nistCases(name: string): NistCase[] {
  const text = unpackedFixture(`vectors/${name}.rsp.gz`);
  const section = new Map<string, string>();
  const cases: NistCase[] = [];
  for (const paragraph of text.split(/\n\n+/)) {
    const lines = paragraph.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const fields = new Map<string, string>();
    for (const line of lines) {
      const [, bracket, key, value] = /^(\[)?(\w+) = ?([^\]]*)\]?$/.exec(line) ?? [];
      if (key !== undefined) (bracket === undefined ? fields : section).set(key, value ?? "");
    }
    if (fields.size > 0) cases.push(makeCase(name, new Map([...section, ...fields]), lines.includes("FAIL")));
  }
  return cases;
}

function makeCase(file: string, fields: ReadonlyMap<string, string>, fails: boolean): NistCase {
  const text = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new TypeError(`${file}: a case without ${name}`);
    return value;
  };
  return { text, fails, bytes: (name) => new Uint8Array(Buffer.from(text(name), "hex")) };
}
