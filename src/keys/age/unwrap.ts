import type { AgeKey } from "../../core/metadata.ts";
import { messageOf, SopsError } from "../../errors.ts";
import { askOnce } from "../ask-once.ts";
import type { KeyContext } from "../key-source.ts";
import { decryptAgeFile } from "./age-file.ts";
import { identitySources, problemAnswer, type IdentitySource, type SourceAnswer } from "./identity-sources.ts";
import type { OtherIdentity, ParsedIdentities } from "./identity.ts";
import { parseIdentities } from "./identity-file.ts";
import { malformed, stepFailed } from "./malformed.ts";
import type { Identity } from "./stanza.ts";

/**
 * Unwraps a data key with the identities that the caller gave, then with those of all places, in the order of their turns. Native
 * ones go first, those that may ask a person last. One that fails does not keep the next from being tried.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY`; the message tells of every place what it had
 */
export async function unwrapWithIdentities(key: AgeKey, context: KeyContext): Promise<Uint8Array> {
  const search = new IdentitySearch(key, context);
  for await (const { native, others } of search.batches()) {
    const dataKey = (await search.tryNative(native)) ?? (await search.tryOthers(others));
    if (dataKey !== undefined) return dataKey;
  }
  throw search.failure();
}

/** Identities that are tried together. */
type Batch = Pick<ParsedIdentities, "native" | "others">;

/** Goes through the places and remembers what there was. */
class IdentitySearch {
  readonly #key: AgeKey;
  readonly #context: KeyContext;
  readonly #answers = new Map<IdentitySource, SourceAnswer>();
  /** What went wrong with identities that could have been the right ones. */
  readonly #failures: SopsError[] = [];
  #given: readonly ParsedIdentities[] = [];
  #found = 0;
  #isAgeFile = false;

  constructor(key: AgeKey, context: KeyContext) {
    this.#key = key;
    this.#context = context;
  }

  async *batches(): AsyncGenerator<Batch> {
    const given = this.#context.identities.filter((text) => !/^\s*-----BEGIN PGP /.test(text));
    // Once for all keys: a protected identity remembers that it was unlocked.
    const parsed = given.map((text, index) =>
      askOnce(this.#context, `age: given ${text}`, () => this.#parseGiven(text, index)),
    );
    this.#given = await Promise.all(parsed);
    yield this.#join(this.#given);
    // A browser has no such places, and a message would only confuse.
    if (this.#context.onlyGivenIdentities || this.#context.platform.os === "browser") return;
    const turns = [...new Set(identitySources.map((source) => source.turn))].toSorted((a, b) => a - b);
    const postponed: OtherIdentity[] = [];
    for (const turn of turns) {
      const sources = identitySources.filter((source) => source.turn === turn);
      const answers = await Promise.all(sources.map((source) => this.#load(source)));
      for (const [index, source] of sources.entries()) this.#answers.set(source, answers[index] as SourceAnswer);
      const { native, others } = this.#join(answers);
      // SSH keys know from the file whether they are needed; what else is not native has to ask to find out.
      const ssh = sources.every((source) => source.holds === "ssh");
      if (!ssh) postponed.push(...others);
      yield { native, others: ssh ? others : [] };
    }
    yield { native: [], others: postponed };
  }

  #join(parsed: readonly ParsedIdentities[]): Batch {
    const [native, others] = [parsed.flatMap((part) => part.native), parsed.flatMap((part) => part.others)];
    this.#found += native.length + others.length;
    return { native, others };
  }

  /** The data key, or undefined when the file is for none of the identities. */
  async tryNative(identities: readonly Identity[]): Promise<Uint8Array | undefined> {
    // Whether the file is an age file has to be known before anyone is asked for a passphrase.
    if (identities.length === 0 && (this.#found === 0 || this.#isAgeFile)) return undefined;
    this.#isAgeFile = true;
    try {
      return await decryptAgeFile(this.#key.enc, identities, this.#context.cipher);
    } catch (error) {
      throw stepFailed(decrypting, error);
    }
  }

  /** The data key, or undefined when none of the identities opens the file. */
  async tryOthers(identities: readonly OtherIdentity[]): Promise<Uint8Array | undefined> {
    for (const identity of identities) {
      try {
        const dataKey = await decryptAgeFile(this.#key.enc, await identity.unlock(), this.#context.cipher);
        if (dataKey !== undefined) return dataKey;
        if (identity.unmatched !== undefined) this.#context.warn(identity.unmatched);
      } catch (error) {
        this.#failures.push(error instanceof SopsError ? error : malformed(messageOf(error)));
      }
    }
    return undefined;
  }

  async #parseGiven(text: string, index: number): Promise<ParsedIdentities> {
    const place = `identities[${index}]`;
    const trimmed = text.trimStart();
    if (!/^-----BEGIN (?!AGE)/.test(trimmed)) return parseIdentities(trimmed, "words", place, this.#context);
    const { parseSshIdentity } = await import("./ssh-identity.ts");
    return parseSshIdentity(text, { place, ask: `Enter passphrase for ${place}:` }, this.#context);
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
    const hints = [...this.#failures, ...problems].flatMap((problem) => problem.hint ?? []);
    if (this.#failures.length === 0) hints.push(this.#hint());
    const message = `${this.#noMatch()}${loading}${listPlaces(withoutKeys)}`;
    return new SopsError("COULD_NOT_RETRIEVE_KEY", message, hints[0] === undefined ? {} : { hint: hints[0] });
  }

  #noMatch(): string {
    if (this.#found === 0) return "failed to load age identities";
    if (this.#failures.length > 0) {
      return `${decrypting}: ${this.#failures.map((failure) => failure.message).join("; ")}`;
    }
    return this.#found === 1
      ? `${decrypting}: identity did not match any of the recipients: incorrect identity for recipient block`
      : `${decrypting}: no identity matched any of the recipients`;
  }

  #hint(): string {
    const places = identitySources
      .filter((source) => holdsIdentities(this.#answers.get(source)))
      .map(({ name }) => name);
    if (this.#given.some(holdsIdentities)) places.unshift("the option identities");
    return this.#found === 0
      ? `If you have the identity (AGE-SECRET-KEY-1…) of a recipient in a file, set SOPS_AGE_KEY_FILE to its path. ${otherwise}`
      : `What was found in ${places.join(" and ")} is for other recipients, which age-keygen -y FILE prints. ${otherwise}`;
  }
}

const otherwise = "Otherwise let someone who can open it run: sops-ts rotate -i --add-age YOUR_RECIPIENT FILE";

function holdsIdentities(answer: ParsedIdentities | undefined): boolean {
  return answer !== undefined && answer.native.length + answer.others.length > 0;
}

const decrypting = "failed to create reader for decrypting sops data key with age";

/** @see sops age/keysource.go, `formatError` */
function listPlaces(places: readonly string[]): string {
  const quoted = places.map((place) => `'${place}'`);
  const last = quoted.pop();
  if (last === undefined) return "";
  if (quoted.length === 0) return `. Did not find keys in location ${last}.`;
  return `. Did not find keys in locations ${quoted.join(", ")}${quoted.length > 1 ? "," : ""} and ${last}.`;
}
