import { decodeUtf8Replacing, encodeUtf8 } from "../../bytes.ts";
import { messageOf } from "../../errors.ts";
import { askSecret } from "../ask.ts";
import type { KeyContext } from "../key-source.ts";
import { decodeUnpadded } from "./base64.ts";
import { malformed } from "./malformed.ts";
import type { PluginConnection, PluginStanza } from "./plugin-connection.ts";

/*
 * What a plugin has to say to the person, or wants to know. With a callback of the caller's all questions go there; otherwise the
 * terminal is used. What cannot be asked is answered with `fail`, which the plugin may or may not get over.
 */

/**
 * Handles a command that belongs to the conversation with the person, and answers it.
 *
 * @returns false for any other command, which is not answered
 */
export async function handleDialogue(
  name: string,
  stanza: PluginStanza,
  connection: PluginConnection,
  context: KeyContext,
): Promise<boolean> {
  const handle = handlers.get(stanza.args[0] ?? "");
  if (handle === undefined) return false;
  const dialogue: Dialogue = { name, context, text: decodeUtf8Replacing(stanza.body), args: stanza.args.slice(1) };
  const act = handle(dialogue);
  const answer = await act().catch((error: unknown): Answer => {
    context.warn(`could not read value for age-plugin-${name}: ${messageOf(error)}`);
    return { args: ["fail"] };
  });
  await connection.send(answer.args, answer.body);
  return true;
}

/** Shows a line: at the terminal, or as a warning where there is none. */
export async function tell({ context }: Pick<Dialogue, "context">, message: string): Promise<void> {
  const elsewhere = (): void => context.warn(message);
  if (context.askSecret !== undefined || context.onlyGivenIdentities) elsewhere();
  else await context.platform.tell(message).catch(elsewhere);
}

interface Dialogue {
  /** The plugin's. */
  readonly name: string;
  readonly context: KeyContext;
  readonly text: string;
  readonly args: readonly string[];
}

interface Answer {
  readonly args: readonly string[];
  readonly body?: Uint8Array;
}

/** What each command does. @throws SopsError at once for a malformed one */
const handlers: ReadonlyMap<string, (dialogue: Dialogue) => () => Promise<Answer>> = new Map([
  ["msg", showMessage],
  ["request-secret", requestSecret],
  ["request-public", requestPublic],
  ["confirm", confirm],
]);

function showMessage(dialogue: Dialogue): () => Promise<Answer> {
  return async () => {
    await tell(dialogue, `age: ${dialogue.name} plugin: ${dialogue.text}`);
    return { args: ["ok"] };
  };
}

function requestSecret({ text, context }: Dialogue): () => Promise<Answer> {
  return async () => ({ args: ["ok"], body: encodeUtf8(await askSecret(context, text)) });
}

function requestPublic(dialogue: Dialogue): () => Promise<Answer> {
  return async () => ({ args: ["ok"], body: encodeUtf8(await ask(dialogue, dialogue.text, "line")) });
}

/** A question with one or two answers to choose from. */
function confirm(dialogue: Dialogue): () => Promise<Answer> {
  const [yes, no] = dialogue.args.map(decodeOption);
  if (yes === undefined || dialogue.args.length > 2) {
    throw malformed("malformed confirm stanza: unexpected number of arguments");
  }
  return async () => ({ args: ["ok", (await choose(dialogue, yes, no)) ? "yes" : "no"] });
}

function decodeOption(text: string): string {
  const bytes = decodeUnpadded(text);
  if (bytes === undefined) throw malformed("malformed confirm stanza: invalid option encoding");
  return decodeUtf8Replacing(bytes);
}

async function choose(dialogue: Dialogue, yes: string, no: string | undefined): Promise<boolean> {
  if (no === undefined || no === "") {
    await ask(dialogue, `${dialogue.text} (press enter for ${JSON.stringify(yes)})`, "line");
    return true;
  }
  const question = `${dialogue.text} (press [1] for ${JSON.stringify(yes)} or [2] for ${JSON.stringify(no)})`;
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const answer = (await ask(dialogue, question, "key")).trim();
    if (answer === "1" || answer === "2") return answer === "1";
  }
  throw malformed("neither 1 nor 2 was chosen");
}

/** How often a choice is asked for. */
const mostAttempts = 5;

async function ask({ context }: Dialogue, question: string, answer: "line" | "key"): Promise<string> {
  if (context.askSecret !== undefined || context.onlyGivenIdentities) return askSecret(context, question);
  return context.platform.ask(`${question} `, answer);
}
