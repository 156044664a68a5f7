import { Decoding, list, record, text } from "../../config/decode.ts";
import { messageOf, SopsError } from "../../errors.ts";
import { Composer } from "../../stores/yaml/composer.ts";
import { decodeSource } from "../../stores/yaml/source.ts";

const auditEntries = record({
  backends: [
    "backends",
    record({
      postgres: [
        "postgres",
        list(record({ connectionString: ["connection_string", text, ""] }), "a list of databases"),
        [],
      ],
    }),
    { postgres: [] },
  ],
});

/**
 * The connection strings in a file that says where the audit log is kept.
 *
 * @param path - for messages
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE`, where sops ends with a stack trace and the same exit status
 * @see sops audit/audit.go
 */
export function connectionStringsIn(file: Uint8Array, path: string): readonly string[] {
  const decoding = new Decoding();
  try {
    const root = new Composer(decodeSource(file)).next()?.content;
    const entries = root === undefined ? undefined : auditEntries(root, decoding, "");
    const [problem] = decoding.problems;
    if (problem !== undefined) throw new SopsError("INVALID_CONFIG", problem);
    return entries?.backends.postgres.map(({ connectionString }) => connectionString) ?? [];
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    throw new SopsError("COULD_NOT_READ_INPUT_FILE", `${path} cannot be understood: ${messageOf(error)}`, {
      cause: error,
      hint: "Its form is: backends: {postgres: [{connection_string: …}]}",
    });
  }
}
