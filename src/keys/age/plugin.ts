import { decodeUtf8Replacing } from "../../bytes.ts";
import { messageOf, SopsError } from "../../errors.ts";
import { PlatformError } from "../../platform/platform.ts";
import type { KeyContext } from "../key-source.ts";
import { malformed } from "./malformed.ts";
import { PluginConnection, type PluginStanza } from "./plugin-connection.ts";
import { handleDialogue, tell } from "./plugin-dialogue.ts";
import type { Identity, Recipient, Stanza } from "./stanza.ts";

/**
 * A recipient of a plugin: the program `age-plugin-NAME` wraps file keys for it.
 *
 * @param encoding - the recipient's text, `age1NAME1…`
 */
export function pluginRecipient(name: string, encoding: string, context: KeyContext): Recipient {
  return {
    wrapFileKey: (fileKey) =>
      converse(name, "recipient-v1", context, async (connection, receive) => {
        await connection.send(["add-recipient", encoding]);
        await sendGrease(connection, context);
        await connection.send(["wrap-file-key"], fileKey);
        await connection.send(["extension-labels"]);
        await connection.send(["done"]);
        return receiveStanzas(connection, receive);
      }),
  };
}

/**
 * An identity of a plugin: the program `age-plugin-NAME` unwraps file keys with it.
 *
 * @param encoding - the identity's text, `AGE-PLUGIN-NAME-1…`
 */
export function pluginIdentity(name: string, encoding: string, context: KeyContext): Identity {
  return {
    unwrapFileKey: (stanzas) =>
      converse(name, "identity-v1", context, async (connection, receive) => {
        await connection.send(["add-identity", encoding]);
        await sendGrease(connection, context);
        for (const { args, body } of stanzas) await connection.send(["recipient-stanza", "0", ...args], body);
        await connection.send(["done"]);
        return receiveFileKey(connection, receive);
      }),
  };
}

/** Gives the next stanza that is not part of the conversation with the person; undefined when the plugin is done. */
type Receive = () => Promise<PluginStanza | undefined>;

/** Starts a plugin, talks with it, and ends it. */
async function converse<Result>(
  name: string,
  protocol: string,
  context: KeyContext,
  talk: (connection: PluginConnection, receive: Receive) => Promise<Result>,
): Promise<Result> {
  try {
    const connection = await PluginConnection.start(name, protocol, context.platform);
    try {
      return await talk(connection, () => receiveCommand(name, connection, context));
    } finally {
      await connection.close();
    }
  } catch (error) {
    throw pluginFailed(name, error);
  }
}

function pluginFailed(name: string, error: unknown): SopsError {
  if (!(error instanceof PlatformError && error.notFound)) {
    return malformed(`${name} plugin: ${messageOf(error)}`);
  }
  const message = `${name} plugin: couldn't start plugin: "${name}" plugin not found: ${error.message}`;
  return new SopsError("COULD_NOT_RETRIEVE_KEY", message, {
    hint: `Install the program age-plugin-${name} in a folder of PATH.`,
  });
}

/** How long a plugin may think before the person is told that we wait for it. */
const patienceMs = 5_000;

async function receiveCommand(
  name: string,
  connection: PluginConnection,
  context: KeyContext,
): Promise<PluginStanza | undefined> {
  for (;;) {
    const timer = setTimeout(() => void tell({ context }, `age: waiting on ${name} plugin...`), patienceMs);
    const stanza = await connection.receive().finally(() => clearTimeout(timer));
    const [command] = stanza.args;
    if (command === "done") return undefined;
    if (command === "error") {
      await connection.send(["ok"]);
      throw malformed(decodeUtf8Replacing(stanza.body));
    }
    if (!(await handleDialogue(name, stanza, connection, context))) return stanza;
  }
}

async function receiveStanzas(connection: PluginConnection, receive: Receive): Promise<Stanza[]> {
  const stanzas: Stanza[] = [];
  let labelled = false;
  for (let next = await receive(); next !== undefined; next = await receive()) {
    const [command, ...args] = next.args;
    if (command === "recipient-stanza") {
      const [index, ...own] = args;
      if (own.length === 0) throw malformed("malformed recipient stanza: unexpected argument count");
      if (index !== "0") throw malformed("malformed recipient stanza: unexpected index");
      stanzas.push({ args: own, body: next.body });
    } else if (command === "labels") {
      // They say with which other recipients these may stand in a file; in ours each stands alone.
      if (labelled) throw malformed("repeated labels stanza");
      labelled = true;
    }
    await connection.send([command === "recipient-stanza" || command === "labels" ? "ok" : "unsupported"]);
  }
  if (stanzas.length === 0) throw malformed("received zero recipient stanzas");
  return stanzas;
}

async function receiveFileKey(connection: PluginConnection, receive: Receive): Promise<Uint8Array | null> {
  let fileKey: Uint8Array | null = null;
  for (let next = await receive(); next !== undefined; next = await receive()) {
    const [command, ...args] = next.args;
    if (command === "file-key") {
      if (args.length !== 1) throw malformed("malformed file-key stanza: unexpected arguments count");
      if (args[0] !== "0") throw malformed("malformed file-key stanza: unexpected index");
      if (fileKey !== null) throw malformed("received duplicated file-key stanza");
      fileKey = next.body;
    }
    await connection.send([command === "file-key" ? "ok" : "unsupported"]);
  }
  return fileKey;
}

/** Now and then sends a command that no plugin knows, so that all of them learn to pass over what they don't know. */
async function sendGrease(connection: PluginConnection, { cipher }: KeyContext): Promise<void> {
  const [chance = 0, length = 0, ...name] = cipher.randomBytes(8);
  if (chance % 3 === 0) return;
  const body = chance % 2 === 0 ? cipher.randomBytes((length % 99) + 1) : new Uint8Array(0);
  await connection.send([`grease-${name.map((byte) => byte.toString(16)).join("")}`], body);
}
