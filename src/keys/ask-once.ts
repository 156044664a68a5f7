import type { KeyContext } from "./key-source.ts";

/**
 * What `ask` gives, asked for once as long as the context's cache lives, also by those who ask at the same time. What fails is
 * forgotten, so that the next one asks again.
 *
 * @param name - begins with the name of the key source
 */
export function askOnce<Answer>({ cache }: KeyContext, name: string, ask: () => Promise<Answer>): Promise<Answer> {
  const known = cache.get(name) as Promise<Answer> | undefined;
  if (known !== undefined) return known;
  const answer = ask();
  cache.set(name, answer);
  answer.catch(() => cache.delete(name));
  return answer;
}
