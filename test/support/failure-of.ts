import { expect } from "vitest";
import { SopsError } from "../../src/errors.ts";

/** The error with which something fails; that it does is part of the test. */
export async function failureOf(act: Promise<unknown>): Promise<SopsError> {
  const error = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SopsError);
  return error as SopsError;
}
