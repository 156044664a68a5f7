import { ASYMMETRIC_MATCHERS_OBJECT, chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from "@vitest/expect";
import { getCurrentTest } from "@vitest/runner";
import { fn } from "@vitest/spy";

/*
 * Takes the place of the module vitest where vitest itself cannot run: its own runner, its own matchers, without its server, its
 * module loader and its workers.
 */

export { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "@vitest/runner";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

const expectation = (value: unknown, message?: string): unknown => {
  const assertion = chai.expect(value, message) as unknown as { withTest(test: unknown): unknown };
  const test = getCurrentTest();
  return test === undefined ? assertion : assertion.withTest(test);
};
const asymmetric = (globalThis as unknown as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT];

export const expect = Object.assign(expectation, chai.expect, asymmetric);

/** The variables that `stubEnv` has set, with what they were. */
const stubbed = new Map<string, string | undefined>();

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

export const vi = {
  fn,
  stubEnv(name: string, value: string | undefined): void {
    if (!stubbed.has(name)) stubbed.set(name, process.env[name]);
    setVariable(name, value);
  },
  unstubAllEnvs(): void {
    for (const [name, value] of stubbed) setVariable(name, value);
    stubbed.clear();
  },
};
