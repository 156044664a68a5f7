/*
 * Runs the suites in a worker of workerd, which answers a request with what became of them.
 */
import { suites } from "suites";
import { runSuites } from "../run-suites.ts";

// eslint-disable-next-line import/no-default-export -- so a worker says what it answers
export default {
  fetch: async (): Promise<Response> => Response.json(await runSuites(suites)),
};
