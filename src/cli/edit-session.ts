import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { decodeByteString, equalBytes } from "../bytes.ts";
import { messageOf, SopsError, type SopsErrorCode } from "../errors.ts";
import { PlatformError } from "../platform/platform.ts";
import type { CommandContext } from "./command.ts";
import { editorCommand, noEditor } from "./editor.ts";
import { PrivateDirectory, secretDirectories } from "./private-directory.ts";
import { endWithDescendants } from "./process-tree.ts";
import { describeEnd, type Programs, type RunningProgram } from "./programs.ts";
import { endingSignals, SignalWatch } from "./signal-watch.ts";
import { isSystemError, systemReason } from "./system-error.ts";
import { keepUnsaved, unsavedFileName, unsavedPlaces, unsavedTextName } from "./unsaved.ts";

/** A file to be edited as text. */
export interface EditTask {
  /** The absolute path of the encrypted file. */
  readonly path: string;
  /** What the editor shows first. */
  readonly text: Uint8Array;
  /**
   * The encrypted file of an edited text.
   *
   * @throws SopsError what is wrong with the text
   */
  seal(text: Uint8Array): Promise<Uint8Array>;
  /** Any text as an encrypted binary file, which no mistake in it can prevent. */
  sealAsBinary(text: Uint8Array): Uint8Array;
}

/** How long an editor has to end when it is told to, in milliseconds. */
const graceMs = 2000;

/**
 * Lets a person edit a file until the result can be encrypted, and saves it. The plain text lies in a private directory, which is gone
 * afterwards, whatever happens. What the person saved in the editor is never lost: when it does not reach its place it is kept
 * encrypted, and the error says where.
 *
 * @throws SopsError `FILE_HAS_NOT_BEEN_MODIFIED`, `NO_EDITOR_FOUND`, `COULD_NOT_WRITE_OUTPUT_FILE`, what is wrong with the text when
 * there is nobody to correct it, `GENERIC` when a signal ended it
 */
export async function editAsText(context: CommandContext, task: EditTask): Promise<void> {
  const programs = await context.programs();
  const session = new EditSession(context, task, programs);
  try {
    await session.run();
  } catch (error) {
    session.end();
    if (session.interruptedBy === "SIGHUP") {
      // Without a terminal Node cannot end in order: it would abort, and might leave what it remembers in a core dump.
      context.log.error(messageOf(error));
      await programs.endBySignal("SIGHUP");
    }
    throw error;
  }
  session.end();
}

/** That a signal asked for the end. */
class Interrupted extends SopsError {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super("GENERIC", "User canceled operation");
    this.signal = signal;
  }
}

/** What is wrong with a text, in the words of sops. */
const problems: Partial<Record<SopsErrorCode, string>> = {
  COULD_NOT_READ_INPUT_FILE: "Could not load tree, probably due to invalid syntax",
  NEED_AT_LEAST_ONE_DOCUMENT: "Tree not valid for encryption",
  FILE_ALREADY_ENCRYPTED: "Tree not valid for encryption",
  METADATA_NOT_FOUND: "SOPS metadata is invalid",
  INVALID_METADATA: "SOPS metadata is invalid",
};

/** Signals that a terminal's keys send to all its programs. */
const keySignals: ReadonlySet<NodeJS.Signals | undefined> = new Set<NodeJS.Signals>(["SIGINT", "SIGQUIT"]);

class EditSession {
  readonly #context: CommandContext;
  readonly #task: EditTask;
  readonly #programs: Programs;
  readonly #watch: SignalWatch;
  readonly #directory: PrivateDirectory;
  /** Where the plain text is. */
  readonly #file: string;
  readonly #interruption = new Interruption();
  #editor: RunningProgram | undefined;

  constructor(context: CommandContext, task: EditTask, programs: Programs) {
    this.#context = context;
    this.#task = task;
    this.#programs = programs;
    this.#watch = new SignalWatch(endingSignals, (signal, reachedAll) => void this.#take(signal, reachedAll));
    try {
      const places = secretDirectories(context.platform);
      const fill = (made: PrivateDirectory): string => made.writeFile(basename(task.path), task.text);
      const { directory, result } = PrivateDirectory.create(places, "", fill);
      this.#directory = directory;
      this.#file = result;
    } catch (error) {
      this.#watch.close();
      throw error;
    }
  }

  /** What a key of the terminal sends while an editor has the terminal is for the editor. */
  async #take(signal: NodeJS.Signals, reachedAll: () => Promise<boolean>): Promise<void> {
    if (this.#editor !== undefined && keySignals.has(signal) && (await reachedAll())) return;
    this.#interruption.happen(signal);
  }

  async run(): Promise<void> {
    let sealed: Uint8Array;
    try {
      sealed = await Promise.race([this.#editUntilSealed(), this.#interruption.promise]);
    } catch (error) {
      await this.#endEditor(error);
      throw this.#keepingTexts(error);
    }
    await this.#save(sealed);
  }

  /** The signal that asked for the end, if one did. */
  get interruptedBy(): NodeJS.Signals | undefined {
    return this.#interruption.signal;
  }

  end(): void {
    try {
      this.#directory.remove();
    } finally {
      this.#watch.close();
    }
  }

  async #editUntilSealed(): Promise<Uint8Array> {
    for (;;) {
      await this.#runEditor();
      const text = this.#readText();
      if (equalBytes(text, this.#task.text)) throw unchanged();
      try {
        return await this.#task.seal(text);
      } catch (error) {
        if (!(error instanceof SopsError)) throw error;
        await this.#offerAgain(error);
      }
    }
  }

  async #runEditor(): Promise<void> {
    const [program, ...words] = editorCommand(this.#context.platform);
    try {
      this.#editor = await this.#programs.start([program, ...words, this.#file]);
    } catch (error) {
      throw error instanceof PlatformError ? noEditor(error.message) : error;
    }
    const end = await this.#editor.ended;
    this.#editor = undefined;
    if (this.#interruption.signal !== undefined) await this.#interruption.promise;
    if (end.signal !== undefined && keySignals.has(end.signal)) throw new Interrupted(end.signal);
    const failure = describeEnd(end);
    if (failure !== undefined) throw noEditor(failure);
  }

  #readText(): Uint8Array {
    try {
      return readFileSync(this.#file);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const message = `Could not read edited file: open ${this.#file}: ${systemReason(error)}`;
      throw new SopsError("COULD_NOT_READ_INPUT_FILE", message, { cause: error });
    }
  }

  /** Shows what is wrong and waits for Enter; without an answer that was the end. */
  async #offerAgain(error: SopsError): Promise<void> {
    const problem = problems[error.code] ?? "Could not encrypt the file";
    const message = `${problem}. Press enter to return to the editor, or Ctrl+C to exit.`;
    this.#context.log.error(message, { error: error.message });
    if ((await this.#context.readLine()) === undefined) throw error;
  }

  async #save(sealed: Uint8Array): Promise<void> {
    const { platform, log } = this.#context;
    try {
      await platform.writeFile(this.#task.path, sealed);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      const place = this.#keep(unsavedFileName(this.#task.path), sealed);
      const message = `Could not open in-place file for writing: ${error.message}\nThe edited file is kept, encrypted, ${place}.`;
      throw new SopsError("COULD_NOT_WRITE_OUTPUT_FILE", message, {
        cause: error,
        hint: "Move it to its place when that can be written to.",
      });
    }
    log.info("File written successfully");
  }

  async #endEditor(error: unknown): Promise<void> {
    if (this.#editor === undefined) return;
    // Editors take SIGINT for a key; SIGTERM and SIGHUP make them save what they can.
    const signal = error instanceof Interrupted && error.signal === "SIGHUP" ? "SIGHUP" : "SIGTERM";
    await endWithDescendants(this.#editor, signal, graceMs);
  }

  /** Keeps what the editor left, encrypted, and gives the error with where that is. */
  #keepingTexts(error: unknown): unknown {
    if (!(error instanceof SopsError) || error.code === "FILE_HAS_NOT_BEEN_MODIFIED") return error;
    const places: string[] = [];
    for (const { name, text } of this.#leftTexts()) {
      places.push(this.#keep(unsavedTextName(name), this.#task.sealAsBinary(text)));
    }
    if (places.length === 0) return error;
    const { code, message, path, hint } = error;
    return new SopsError(code, `${message}\nWhat you typed is kept, encrypted, ${places.join(" and ")}.`, {
      cause: error,
      ...(path === undefined ? {} : { path }),
      hint: hint ?? "sops-ts decrypt prints it.",
    });
  }

  /** Everything in the directory that is not as it was: the file, and what an editor saves when it is ended. */
  #leftTexts(): readonly { readonly name: string; readonly text: Uint8Array }[] {
    const entries = readdirSync(this.#directory.path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => ({ name, text: readFileSync(join(this.#directory.path, name)) }))
      .filter(({ text }) => text.length > 0 && !equalBytes(text, this.#task.text));
  }

  /** Keeps an encrypted file and tells where. */
  #keep(name: (copy: string) => string, sealed: Uint8Array): string {
    const kept = keepUnsaved(unsavedPlaces(this.#context.platform, this.#task.path), name, sealed);
    if (kept !== undefined) return `in ${kept}`;
    this.#context.print(decodeByteString(sealed));
    return "on standard output, since no directory takes it";
  }
}

/** A signal that may come at any time. */
class Interruption {
  /** Rejects when it comes. */
  readonly promise: Promise<never>;
  #fail: (error: Interrupted) => void = () => undefined;
  #signal: NodeJS.Signals | undefined;

  constructor() {
    this.promise = new Promise((_, fail) => {
      this.#fail = fail;
    });
    // It may come while nobody waits for it.
    this.promise.catch(() => undefined);
  }

  /** The signal; undefined as long as there was none. */
  get signal(): NodeJS.Signals | undefined {
    return this.#signal;
  }

  happen(signal: NodeJS.Signals): void {
    this.#signal ??= signal;
    this.#fail(new Interrupted(signal));
  }
}

function unchanged(): SopsError {
  return new SopsError("FILE_HAS_NOT_BEEN_MODIFIED", "File has not changed, exiting.");
}
