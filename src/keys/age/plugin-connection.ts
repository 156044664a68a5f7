import { concatBytes, decodeUtf8, encodeUtf8 } from "../../bytes.ts";
import type { Connection, Platform } from "../../platform/platform.ts";
import { decodeUnpadded, encodeUnpadded } from "./base64.ts";
import { malformed } from "./malformed.ts";

/** What client and plugin send each other: a command with its arguments, and bytes. */
export interface PluginStanza {
  /** The command, then its arguments. */
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

/** Characters of Base64 on a line; a stanza ends with a line that has fewer. */
const columns = 64;
/** Longest line that is taken, in bytes. */
const longestLine = 2 ** 16;
/** Longest body that is taken, in bytes. */
const longestBody = 2 ** 20;

/**
 * A conversation with a running plugin, in stanzas.
 *
 * @see the age plugin protocol, https://c2sp.org/age-plugin
 */
export class PluginConnection {
  readonly #connection: Connection;
  #pending: Uint8Array = new Uint8Array(0);

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Starts `age-plugin-NAME`.
   *
   * @throws PlatformError with `notFound` when it is not installed
   */
  static async start(name: string, protocol: string, platform: Platform): Promise<PluginConnection> {
    return new PluginConnection(await platform.start([`age-plugin-${name}`, `--age-plugin=${protocol}`]));
  }

  async send(args: readonly string[], body: Uint8Array = new Uint8Array(0)): Promise<void> {
    // The last line is shorter than the others, even if that makes it empty.
    const lines = encodeUnpadded(body).replaceAll(new RegExp(`.{${columns}}`, "g"), "$&\n");
    await this.#connection.write(encodeUtf8(`-> ${args.join(" ")}\n${lines}\n`));
  }

  /** @throws SopsError `COULD_NOT_RETRIEVE_KEY` when the plugin ends or sends no stanza; the message quotes nothing of it */
  async receive(): Promise<PluginStanza> {
    const [arrow, ...args] = (await this.#readLine()).split(" ");
    if (arrow !== "->" || args.length === 0 || !args.every((arg) => /^[!-~]+$/.test(arg))) {
      throw malformed("malformed stanza");
    }
    const parts: Uint8Array[] = [];
    for (let bytes = 0; bytes <= longestBody;) {
      const line = await this.#readLine();
      const part = line.length > columns ? undefined : decodeUnpadded(line);
      if (part === undefined) throw malformed("malformed stanza: a line of its body is no Base64");
      parts.push(part);
      bytes += part.length;
      if (line.length < columns) return { args, body: concatBytes(...parts) };
    }
    throw malformed("malformed stanza: its body is too long");
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #readLine(): Promise<string> {
    for (;;) {
      const end = this.#pending.indexOf(0x0a);
      if (end !== -1) {
        const line = this.#pending.subarray(0, end);
        this.#pending = this.#pending.subarray(end + 1);
        return decodeUtf8(line) ?? "";
      }
      if (this.#pending.length > longestLine) throw malformed("malformed stanza: a line is too long");
      const next = await this.#connection.read();
      if (next === undefined) throw malformed("the plugin ended without an answer");
      this.#pending = concatBytes(this.#pending, next);
    }
  }
}
