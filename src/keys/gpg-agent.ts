import { concatBytes, decodeUtf8, encodeByteString, encodeUtf8 } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import type { Connection, Platform } from "../platform/platform.ts";

/*
 * gpg-agent keeps passphrases and asks for them. We speak its protocol (Assuan: lines of text) over its socket, as sops does.
 */

/** What the agent is asked for. */
export interface PassphraseRequest {
  /** Under which name the agent keeps the passphrase. */
  readonly cacheId: string;
  /** What the agent shows to the person. */
  readonly description: string;
}

/**
 * Asks a running gpg-agent for a passphrase; it asks the person when it does not have it yet.
 *
 * @returns undefined when no agent runs
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` with the agent's answer
 */
export async function askAgent(request: PassphraseRequest, platform: Platform): Promise<string | undefined> {
  const agent = await connect(platform);
  if (agent === undefined) return undefined;
  try {
    await describeTerminal(agent, platform);
    const { cacheId, description } = request;
    const words = ["GET_PASSPHRASE", escape(cacheId), "X", "Passphrase", escape(description)];
    return parsePassphrase(await agent.command(words.join(" ")));
  } finally {
    await agent.close();
  }
}

/** Makes a running gpg-agent forget a passphrase, such as a wrong one. */
export async function forgetPassphrase(cacheId: string, platform: Platform): Promise<void> {
  const agent = await connect(platform);
  if (agent === undefined) return;
  try {
    await agent.command(`CLEAR_PASSPHRASE ${escape(cacheId)}`);
  } finally {
    await agent.close();
  }
}

/** Where the agent's own dialogue is to appear. */
async function describeTerminal(agent: Agent, platform: Platform): Promise<void> {
  const options = { display: platform.env("DISPLAY"), ttyname: platform.terminalName(), ttytype: platform.env("TERM") };
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === "") continue;
    const answer = await agent.command(`OPTION ${name}=${value}`);
    if (!answer.startsWith("OK")) throw refused(answer);
  }
}

function parsePassphrase(answer: string): string {
  const hex = /^OK ((?:[0-9A-Fa-f]{2})*)$/.exec(answer)?.[1] ?? (answer === "OK" ? "" : undefined);
  if (hex === undefined) throw refused(answer);
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const passphrase = decodeUtf8(bytes);
  if (passphrase === undefined) throw refused("the passphrase is not valid UTF-8");
  return passphrase;
}

/** @param answer - a line of the agent's; one that may hold a passphrase begins with OK, and never becomes a message */
function refused(answer: string): SopsError {
  const reason = answer.startsWith("OK") ? "an answer that is not understood" : answer;
  const message = reason.includes(" 83886179 ") ? "gpgagent: Cancel" : reason;
  return new SopsError("COULD_NOT_RETRIEVE_KEY", `gpg-agent passphrase request errored: ${message}`);
}

/** A text as one word of a command. */
function escape(text: string): string {
  return Array.from(encodeByteString(text), escapeByte).join("");
}

function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

interface Agent {
  /** Sends a command and gives the line that answers it. */
  command(line: string): Promise<string>;
  close(): Promise<void>;
}

async function connect(platform: Platform): Promise<Agent | undefined> {
  for (const path of socketPaths(platform)) {
    const connection = await platform.connect(path).catch(() => undefined);
    if (connection === undefined) continue;
    const agent = agentOver(connection);
    const greeting = await agent.read().catch(() => "");
    if (greeting.startsWith("OK")) return agent;
    await agent.close();
  }
  return undefined;
}

/** @see gpg-agent's manual for these places */
function socketPaths(platform: Platform): string[] {
  const info = platform.env("GPG_AGENT_INFO");
  const [named = ""] = info?.split(":") ?? [];
  if (info !== undefined) return named === "" ? [] : [named];
  const home = platform.homeDirectory();
  const runtime = platform.env("XDG_RUNTIME_DIR");
  return [
    ...(home === undefined ? [] : [`${home}/.gnupg/S.gpg-agent`]),
    ...(runtime ? [`${runtime}/gnupg/S.gpg-agent`] : []),
  ];
}

/** Longest line of the protocol, in bytes. */
const longestLine = 1002;

function agentOver(connection: Connection): Agent & { read(): Promise<string> } {
  let pending: Uint8Array = new Uint8Array(0);
  const readLine = async (): Promise<string> => {
    for (;;) {
      const end = pending.indexOf(0x0a);
      if (end !== -1) {
        const line = pending.subarray(0, end);
        pending = pending.subarray(end + 1);
        return decodeUtf8(line) ?? "";
      }
      const next = pending.length > longestLine ? undefined : await connection.read();
      if (next === undefined) throw refused("no answer");
      pending = concatBytes(pending, next);
    }
  };
  /** The next line that is an answer, and no status or comment. */
  const read = async (): Promise<string> => {
    for (;;) {
      const line = await readLine();
      if (!/^(?:S |#)/.test(line)) return line;
    }
  };
  return {
    read,
    async command(line) {
      await connection.write(encodeUtf8(`${line}\n`));
      return read();
    },
    close: () => connection.close(),
  };
}
