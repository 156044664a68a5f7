/** How a program ended: with a status, or by a signal. */
export interface ProgramEnd {
  /** Undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

/** A program that was started. */
export interface RunningProgram {
  readonly pid: number;
  readonly ended: Promise<ProgramEnd>;
  /** Sends it a signal; nothing happens when it has ended. */
  sendSignal(signal: NodeJS.Signals): void;
}

/** All fields optional. */
export interface StartOptions {
  /** The whole environment. Default: that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Do without input and output, and do not keep this process from ending. Default: false. */
  readonly inBackground?: boolean;
}

/** Starts programs that share the standard streams of this process, and ends this process in their place. */
export interface Programs {
  /** All variables of this process. */
  environment(): Readonly<Record<string, string>>;

  /**
   * Starts a program without a shell.
   *
   * @throws PlatformError when it cannot be started; the message is what Go's programs say
   */
  start(command: readonly [string, ...string[]], options?: StartOptions): Promise<RunningProgram>;

  /** Puts a program in the place of this process; returns only where the runtime cannot do that. */
  replaceProcess(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>): void;

  /** Ends this process by a signal, so that who started it sees that it did not end by itself. */
  endBySignal(signal: NodeJS.Signals): Promise<void>;
}

/** The end of a program in the words of Go: `exit status 3`, `signal: killed`; undefined for success. */
export function describeEnd({ status, signal }: ProgramEnd): string | undefined {
  if (signal !== undefined) return `signal: ${signalNames[signal] ?? signal}`;
  return status === 0 ? undefined : `exit status ${status}`;
}

/** Signals that can end a program, as the C library names them. */
const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGQUIT: "quit",
  SIGILL: "illegal instruction",
  SIGTRAP: "trace/breakpoint trap",
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGKILL: "killed",
  SIGUSR1: "user defined signal 1",
  SIGSEGV: "segmentation fault",
  SIGUSR2: "user defined signal 2",
  SIGPIPE: "broken pipe",
  SIGALRM: "alarm clock",
  SIGTERM: "terminated",
};
