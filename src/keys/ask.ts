import { SopsError } from "../errors.ts";
import type { KeyContext } from "./key-source.ts";

/**
 * Asks for a secret: the caller's callback where there is one, otherwise the person at the terminal.
 *
 * @param question - without a blank at its end, such as `Enter passphrase for identity 'keys.txt':`
 * @throws SopsError, PlatformError or whatever the callback throws, when there is no answer
 */
export function askSecret(context: KeyContext, question: string): Promise<string> {
  if (context.askSecret !== undefined) return context.askSecret(question);
  if (context.onlyGivenIdentities) return Promise.reject(nobodyToAsk());
  return context.platform.askSecret(`${question} `);
}

function nobodyToAsk(): SopsError {
  return new SopsError("COULD_NOT_RETRIEVE_KEY", "there is nobody to ask", {
    hint: "Give a function askSecret: (question) => Promise<string> among the options.",
  });
}
