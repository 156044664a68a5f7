import type { Command } from "../command.ts";
import { bashScript, fishScript, zshScript } from "../completion-scripts.ts";

/** Prints the script for bash. */
export const bashCompletion: Command = async () => ({ content: bashScript });

/** Prints the script for zsh. */
export const zshCompletion: Command = async () => ({ content: zshScript });

/** Prints the script for fish. */
export const fishCompletion: Command = async () => ({ content: fishScript });
