import { SopsError, type SopsErrorCode } from "../errors.ts";

/** How a command tells a failure of its operation. */
export interface Explanation {
  /** What was being done; stands before the message. */
  readonly doing?: string;
  /** The code under which it counts here, which sets the exit status. Default: its own. */
  readonly code?: SopsErrorCode;
}

/** Explanations by the code of the failure; others are told as they are. */
export type Explanations = Readonly<Partial<Record<SopsErrorCode, Explanation>>>;

/** Runs an operation and tells its failures in the words of sops, which depend on the command. */
export async function explaining<Result>(
  explanations: Explanations,
  operation: () => Promise<Result>,
): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    const explanation = error instanceof SopsError ? explanations[error.code] : undefined;
    throw error instanceof SopsError && explanation !== undefined ? explained(error, explanation) : error;
  }
}

function explained(error: SopsError, { doing, code = error.code }: Explanation): SopsError {
  const { message, path, file, hint } = error;
  return new SopsError(code, doing === undefined || message.startsWith(doing) ? message : `${doing}: ${message}`, {
    cause: error,
    ...(path === undefined ? {} : { path }),
    ...(file === undefined ? {} : { file }),
    ...(hint === undefined ? {} : { hint }),
  });
}
