import { SopsError } from "../../errors.ts";
import { readEncryptedFile } from "../../rekey.ts";
import type { Command } from "../command.ts";
import { loadConfig } from "../configuration.ts";
import { explaining, type Explanations } from "../explain.ts";
import { formatsOf, namedInput } from "../files.ts";

/** Says whether a file is encrypted, without any key. */
export const filestatus: Command = async (context) => {
  const input = namedInput(context);
  await loadConfig(context);
  const format = formatsOf(context, input.name).input;
  const encrypted = await explaining(explanations, async () => isEncrypted(await input.read(), format));
  return { content: `${JSON.stringify({ encrypted })}\n` };
};

const cannotCheck = { doing: "cannot check file status: cannot load encrypted file", code: "GENERIC" } as const;
const explanations: Explanations = { COULD_NOT_READ_INPUT_FILE: cannotCheck, INVALID_METADATA: cannotCheck };

async function isEncrypted(...file: Parameters<typeof readEncryptedFile>): Promise<boolean> {
  try {
    const { metadata } = await readEncryptedFile(...file);
    return metadata.version !== "" && metadata.mac !== "";
  } catch (error) {
    if (error instanceof SopsError && error.code === "METADATA_NOT_FOUND") return false;
    throw error;
  }
}
