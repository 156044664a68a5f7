/**
 * The only way in which the library reaches files, the environment, processes and people. `node.ts` serves Node, Deno and
 * Bun; `browser.ts` has none of it and says so. Commands and key sources take a `Platform`; they never import a backend.
 */
export interface Platform {
  /** `linux`, `darwin`, `win32`, or `browser`. */
  readonly os: string;

  /** An environment variable; undefined when it is not set, "" when it is set and empty. */
  env(name: string): string | undefined;

  /** The absolute path of the working directory. */
  workingDirectory(): string;

  /** The user's home directory; undefined when there is none. */
  homeDirectory(): string | undefined;

  /** The computer's name on its network; undefined when it has none. */
  hostName(): string | undefined;

  /**
   * Reads a whole file.
   *
   * @throws PlatformError with `notFound` when there is no such file
   */
  readFile(path: string): Promise<Uint8Array>;

  /** Reads a file, or undefined when there is none. Other failures are thrown. */
  readFileIfExists(path: string): Promise<Uint8Array | undefined>;

  /**
   * Replaces a file in one step: the old or the new content is there at every moment. Mode and owner of an existing file are
   * kept, a symlink keeps pointing at the file it pointed to. A device or a pipe is written to as it is.
   */
  writeFile(path: string, content: Uint8Array): Promise<void>;

  /** Runs a program without a shell and collects its output. */
  run(command: readonly string[], options?: RunOptions): Promise<RunResult>;

  /**
   * Starts a program without a shell, in the system's folder for temporary files, to talk with it over its standard input and
   * output.
   *
   * @throws PlatformError with `notFound` when there is no such program
   */
  start(command: readonly string[]): Promise<Connection>;

  /**
   * Connects to a Unix socket.
   *
   * @throws PlatformError when nobody listens there
   */
  connect(path: string): Promise<Connection>;

  /**
   * Asks the person at the terminal, never echoing what is typed.
   *
   * @throws PlatformError when there is no terminal
   */
  askSecret(question: string): Promise<string>;

  /**
   * Asks the person at the terminal for something that may be seen: a line, or a single key (which gives its character).
   *
   * @throws PlatformError when there is no terminal
   */
  ask(question: string, answer: "line" | "key"): Promise<string>;

  /**
   * Shows a line to the person at the terminal.
   *
   * @throws PlatformError when there is no terminal
   */
  tell(message: string): Promise<void>;

  /** The path of the terminal that standard input is, such as `/dev/pts/0`; undefined when it is none. */
  terminalName(): string | undefined;
}

/** All fields optional. */
export interface RunOptions {
  /** What the program reads on standard input; default: nothing. */
  readonly stdin?: Uint8Array;
  /** Variables added to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a program ended, and what it said. */
export interface RunResult {
  /** All of its standard output. */
  readonly stdout: Uint8Array;
  /** All of its standard error. */
  readonly stderr: Uint8Array;
  /** The exit status; undefined when a signal ended the program. */
  readonly status: number | undefined;
}

/** Bytes in both directions, with a running program or over a socket. */
export interface Connection {
  /** The next bytes that arrive; undefined when the other side has ended. */
  read(): Promise<Uint8Array | undefined>;
  /** @throws PlatformError when the other side is gone */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the connection. A program is interrupted, and ended for good when it does not follow. */
  close(): Promise<void>;
}

/** A file, process or terminal that could not be used. */
export class PlatformError extends Error {
  /** Whether the cause is that there is no such file or program. */
  readonly notFound: boolean;

  /**
   * @param message - what could not be done and why
   * @param options - `notFound` defaults to false; `cause` is the error that led to this one
   */
  constructor(message: string, options: { notFound?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "PlatformError";
    this.notFound = options.notFound ?? false;
  }
}
