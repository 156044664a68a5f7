import type { AgeKey } from "../../core/metadata.ts";
import { messageOf, SopsError } from "../../errors.ts";
import type { KeyContext } from "../key-source.ts";
import { decryptAgeFile, type AnyIdentity } from "./age-file.ts";
import { identitySources, problemAnswer, type IdentitySource, type SourceAnswer } from "./identity-sources.ts";
import { parseIdentities, type ParsedIdentities } from "./identity-text.ts";

/**
 * Unwraps a data key with the identities that the caller gave, then with those of all places, in the order of their turns.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY`; the message tells of every place what it had
 */
export async function unwrapWithIdentities(key: AgeKey, context: KeyContext): Promise<Uint8Array> {
  const search = new IdentitySearch(key, context);
  try {
    for await (const identities of search.batches()) {
      const dataKey = identities.length > 0 ? await decryptAgeFile(key.enc, identities) : undefined;
      if (dataKey !== undefined) return dataKey;
    }
  } catch (error) {
    const message = `failed to create reader for decrypting sops data key with age: ${messageOf(error)}`;
    throw new SopsError("COULD_NOT_RETRIEVE_KEY", message, { cause: error });
  }
  throw search.failure();
}

/** Goes through the places and remembers what there was. */
class IdentitySearch {
  readonly #key: AgeKey;
  readonly #context: KeyContext;
  readonly #answers = new Map<IdentitySource, SourceAnswer>();
  #given: readonly ParsedIdentities[] = [];
  #found = 0;

  constructor(key: AgeKey, context: KeyContext) {
    this.#key = key;
    this.#context = context;
  }

  async *batches(): AsyncGenerator<readonly AnyIdentity[]> {
    const given = this.#context.identities.filter((text) => !/^\s*-----BEGIN PGP /.test(text));
    this.#given = await Promise.all(given.map((text, index) => this.#parseGiven(text, index)));
    yield this.#count(this.#given);
    // A browser has no such places, and a message would only confuse.
    if (this.#context.onlyGivenIdentities || this.#context.platform.os === "browser") return;
    const turns = [...new Set(identitySources.map((source) => source.turn))].toSorted((a, b) => a - b);
    for (const turn of turns) {
      const sources = identitySources.filter((source) => source.turn === turn);
      const answers = await Promise.all(sources.map((source) => this.#load(source)));
      for (const [index, source] of sources.entries()) this.#answers.set(source, answers[index] as SourceAnswer);
      yield this.#count(answers);
    }
  }

  /** The identities of a batch, native ones first. */
  #count(parsed: readonly ParsedIdentities[]): readonly AnyIdentity[] {
    const identities = [...parsed.flatMap(({ native }) => native), ...parsed.flatMap(({ others }) => others)];
    this.#found += identities.length;
    return identities;
  }

  async #parseGiven(text: string, index: number): Promise<ParsedIdentities> {
    const place = `identities[${index}]`;
    if (!/^\s*-----BEGIN (?!AGE)/.test(text)) return parseIdentities(text, "words", place, this.#context.cipher);
    const { parseSshIdentity } = await import("./ssh-identity.ts");
    return parseSshIdentity(text, place, this.#context.cipher);
  }

  /** Asks a place once an operation, or once a recipient where that makes a difference. */
  #load(source: IdentitySource): Promise<SourceAnswer> {
    const { recipient } = this.#key;
    const name = `age: ${source.name}${source.perRecipient ? ` for ${recipient}` : ""}`;
    const known = this.#context.cache.get(name) as Promise<SourceAnswer> | undefined;
    const answer = known ?? source.load({ recipient, context: this.#context }).catch(problemAnswer);
    this.#context.cache.set(name, answer);
    return answer;
  }

  /** An error that tells of all places. */
  failure(): SopsError {
    const places = identitySources.flatMap((source) => this.#answers.get(source) ?? []);
    const opened = places.some((answer) => answer.opened);
    const answers = places.filter((answer) => !(opened && answer.lastResort));
    const problems = [...this.#given, ...answers].flatMap((answer) => answer.problems);
    const reasons = problems.map((problem) => problem.message).join("; ");
    const loading = reasons === "" ? "" : `. Errors while loading age identities: ${reasons}`;
    const withoutKeys = [
      ...answers.flatMap((answer) => answer.absent),
      ...answers.flatMap((answer) => answer.empty ?? []),
    ];
    const hint = problems.find((problem) => problem.hint !== undefined)?.hint ?? this.#hint();
    const message = `${this.#noMatch()}${loading}${listPlaces(withoutKeys)}`;
    return new SopsError("COULD_NOT_RETRIEVE_KEY", message, { hint });
  }

  #noMatch(): string {
    if (this.#found === 0) return "failed to load age identities";
    const start = "failed to create reader for decrypting sops data key with age:";
    return this.#found === 1
      ? `${start} identity did not match any of the recipients: incorrect identity for recipient block`
      : `${start} no identity matched any of the recipients`;
  }

  #hint(): string {
    return this.#found === 0
      ? "Put the identity (AGE-SECRET-KEY-1…) of one of the recipients into a file and set SOPS_AGE_KEY_FILE to its path."
      : "The identities that were found belong to other recipients; age-keygen -y FILE prints the recipient of an identity.";
  }
}

/** @see sops age/keysource.go, `formatError` */
function listPlaces(places: readonly string[]): string {
  const quoted = places.map((place) => `'${place}'`);
  const last = quoted.pop();
  if (last === undefined) return "";
  if (quoted.length === 0) return `. Did not find keys in location ${last}.`;
  return `. Did not find keys in locations ${quoted.join(", ")}${quoted.length > 1 ? "," : ""} and ${last}.`;
}
