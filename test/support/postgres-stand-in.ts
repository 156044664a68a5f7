import { createServer, type AddressInfo, type Socket } from "node:net";

/** What a stand-in does with a query: answer it, with an error of this code, cut the connection, or say nothing. */
export type QueryAnswer =
  | "done"
  | "cut"
  | "nothing"
  | { readonly error: string; readonly severity?: "ERROR" | "FATAL" };

/** How a stand-in behaves; all fields optional. */
export interface StandInBehaviour {
  /** What happens when somebody connects. Default: it is spoken to. */
  readonly greeting?: "speaks" | "cuts" | "says nothing" | "talks nonsense";
  /** The password that is asked for, in clear. Default: none. */
  readonly password?: string;
  /** Called with the text of a query and its values. Default: it is done. */
  readonly onQuery?: (text: string, values: readonly string[]) => QueryAnswer;
}

/** A server that speaks as much of PostgreSQL's protocol as inserting a row takes, without TLS. */
export interface PostgresStandIn {
  readonly port: number;
  /** The parameters of each startup. */
  readonly startups: readonly Readonly<Record<string, string>>[];
  /** The passwords that were sent. */
  readonly passwords: readonly string[];
  /** The values of each query that has some. */
  readonly rows: readonly (readonly string[])[];
  /** Ends all connections as a server does that is told to by its administrator. */
  sayFarewell(): void;
  stop(): Promise<void>;
}

/** Starts a stand-in on a free port of this computer. */
export async function servePostgres(behaviour: StandInBehaviour = {}): Promise<PostgresStandIn> {
  const state: Heard = { startups: [], passwords: [], rows: [] };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    if (behaviour.greeting === "cuts") socket.destroy();
    else if (behaviour.greeting === "talks nonsense") socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    else if (behaviour.greeting !== "says nothing") new Session(socket, behaviour, state).listen();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    ...state,
    sayFarewell() {
      for (const socket of sockets) socket.removeAllListeners("data").resume().end(errorMessage("57P01", "FATAL"));
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

const sslRequest = 80_877_103;

/** What a stand-in has heard. */
interface Heard {
  readonly startups: Record<string, string>[];
  readonly passwords: string[];
  readonly rows: string[][];
}

/** One connection. */
class Session {
  readonly #socket: Socket;
  readonly #behaviour: StandInBehaviour;
  readonly #state: Heard;
  #received = Buffer.alloc(0);
  #started = false;
  #text = "";
  #values: string[] = [];

  constructor(socket: Socket, behaviour: StandInBehaviour, state: Heard) {
    this.#socket = socket;
    this.#behaviour = behaviour;
    this.#state = state;
  }

  listen(): void {
    this.#socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#read();
    });
  }

  #read(): void {
    for (;;) {
      const start = this.#started ? 1 : 0;
      if (this.#received.length < start + 4) return;
      const end = start + this.#received.readInt32BE(start);
      if (this.#received.length < end) return;
      const type = this.#started ? this.#received.toString("latin1", 0, 1) : "";
      const body = this.#received.subarray(start + 4, end);
      this.#received = this.#received.subarray(end);
      if (this.#started) this.#take(type, body);
      else this.#start(body);
    }
  }

  #start(body: Buffer): void {
    if (body.readInt32BE(0) === sslRequest) return void this.#socket.write("N");
    this.#started = true;
    const words = body.toString("utf8", 4).split("\0");
    const pairs = words.flatMap((word, index) =>
      index % 2 === 0 && word !== "" ? [[word, words[index + 1] ?? ""]] : [],
    );
    this.#state.startups.push(Object.fromEntries(pairs) as Record<string, string>);
    if (this.#behaviour.password === undefined) this.#welcome();
    else this.#send("R", int32(3));
  }

  #welcome(): void {
    this.#send("R", int32(0));
    this.#send("Z", Buffer.from("I"));
  }

  #take(type: string, body: Buffer): void {
    const texts = body.toString("utf8").split("\0");
    if (type === "p") return this.#login(texts[0] ?? "");
    if (type === "Q") return this.#answer(texts[0] ?? "", []);
    if (type === "P") this.#text = texts[1] ?? "";
    if (type === "B") this.#values = valuesOf(body);
    if (type === "S") this.#answer(this.#text, this.#values);
  }

  #login(password: string): void {
    this.#state.passwords.push(password);
    if (password === this.#behaviour.password) this.#welcome();
    else this.#socket.end(errorMessage("28P01", "FATAL"));
  }

  #answer(text: string, values: string[]): void {
    const answer = this.#behaviour.onQuery?.(text, values) ?? "done";
    if (answer === "nothing") return;
    if (answer === "cut") return void this.#socket.destroy();
    if (answer !== "done") {
      this.#socket.write(errorMessage(answer.error, answer.severity ?? "ERROR"));
      if (answer.severity === "FATAL") return void this.#socket.end();
      return this.#send("Z", Buffer.from("I"));
    }
    if (values.length > 0) {
      this.#state.rows.push(values);
      for (const type of ["1", "2", "n"]) this.#send(type, Buffer.alloc(0));
    }
    this.#send("C", Buffer.from("INSERT 0 1\0"));
    this.#send("Z", Buffer.from("I"));
  }

  #send(type: string, body: Buffer): void {
    this.#socket.write(message(type, body));
  }
}

/** The values of a Bind message, which are all texts. */
function valuesOf(body: Buffer): string[] {
  let position = body.indexOf(0, body.indexOf(0) + 1) + 1;
  position += 2 + 2 * body.readInt16BE(position);
  const values: string[] = [];
  const count = body.readInt16BE(position);
  position += 2;
  for (let index = 0; index < count; index++) {
    const length = body.readInt32BE(position);
    values.push(body.toString("utf8", position + 4, position + 4 + length));
    position += 4 + length;
  }
  return values;
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function errorMessage(code: string, severity: "ERROR" | "FATAL"): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `Ma message for ${code}`];
  return message("E", Buffer.from(`${fields.map((field) => `${field}\0`).join("")}\0`));
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
