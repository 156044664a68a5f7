import { maskLayout } from "../../test/support/layout.ts";
import type { Difference } from "./compare.ts";
import type { Sample } from "./samples.ts";

/** Where sops-ts differs from sops on purpose. */
export interface Departure {
  /** One line on what differs, and why ours is better. */
  readonly reason: string;
  explains(difference: Difference, sample: Sample): boolean;
}

/** The known departures; a difference that none of them explains is a defect. */
export const departures: readonly Departure[] = [
  {
    reason: "sops crashes, sops-ts does not",
    explains: ({ sops }) => /^panic:|^goroutine \d/m.test(sops.stderr),
  },
  {
    reason: "sops writes a file that it cannot decrypt; sops-ts refuses to",
    explains: ({ kind, ours, sopsReadsItself }) =>
      kind === "exit status of encrypt" &&
      ours.status !== 0 &&
      sopsReadsItself !== undefined &&
      sopsReadsItself.status !== 0,
  },
  {
    reason: "several documents do not fit into a file of another format; sops writes the first, sops-ts refuses",
    explains: ({ kind, ours }, { format, outputFormat }) =>
      kind === "exit status of encrypt" &&
      format === "yaml" &&
      outputFormat !== "yaml" &&
      /a file with \d+ documents cannot be encrypted/.test(ours.stderr),
  },
  {
    reason: "sops drops the value that it was reading when a JSON file is cut off; sops-ts refuses the file",
    explains: ({ kind, sops, ours }, { format }) =>
      kind === "exit status of encrypt" &&
      format === "json" &&
      sops.status === 0 &&
      ours.stderr.includes("unexpected end of JSON input"),
  },
  {
    reason: "sops writes a key that INI or dotenv reads as something else; sops-ts refuses it",
    explains: ({ sops, ours }) => sops.status === 0 && ours.status === 4 && unreadableKey.test(ours.stderr),
  },
  {
    reason: "sops writes containers into INI in Go's notation; sops-ts refuses what it could not read again",
    explains: ({ sops, ours }, { format }) =>
      sops.status === 0 &&
      ours.status === 4 &&
      format !== "ini" &&
      ours.stderr.includes("cannot use complex value in INI file"),
  },
  {
    reason:
      "an INI comment that begins with an empty line makes sops crash when it writes INI; sops-ts drops that line",
    explains: ({ sops, ours }, { format, document }) =>
      format === "ini" &&
      /^\s*[;#][;#\s]*$/m.test(text(document)) &&
      sops.status === ours.status &&
      withoutComments(maskLayout(sops.stdout)) === withoutComments(maskLayout(ours.stdout)),
  },
  {
    reason: "sops cannot decrypt lists that it encrypted by their comments; sops-ts can",
    explains: ({ kind, sops, ours }, { configuration }) =>
      kind === "we read sops's file differently" &&
      configuration === "encrypted-comment" &&
      sops.status === 51 &&
      ours.status === 0,
  },
  {
    reason: "sops prints the envelope of a comment that moved to a neighbouring container; sops-ts prints the comment",
    explains: (difference) => {
      const [sops, ours] = readings(difference);
      return commentEnvelope.test(sops) && withoutComments(sops) === withoutComments(ours);
    },
  },
  {
    reason: "sops makes an empty comment in a list an empty string; sops-ts keeps the comment",
    explains: (difference) => {
      const [sops, ours] = readings(difference);
      return emptyItem.test(sops) && withoutEmptyItems(sops) === withoutEmptyItems(ours);
    },
  },
  {
    reason: "sops loses text of several lines that begins with a tab; sops-ts writes it in double quotes",
    explains: ({ sops, ours }) => {
      if (ours.status !== 0 || text(ours.stdout).search(tabbedText) < 0) return false;
      if (sops.status === 4) return sops.stderr.includes("cannot encode node with unknown kind 0");
      const nullified = maskLayout(ours.stdout).replaceAll(tabbedKey, "null: ").replaceAll(tabbedText, "null");
      return withoutBlanks(maskLayout(sops.stdout)) === withoutBlanks(nullified);
    },
  },
];

const unreadableKey = /cannot be read back from an INI file|cannot use key ".*" in dotenv file/;

const commentEnvelope = /ENC\[AES256_GCM,[^\]]*,type:comment\]/;

const tabbedText = /"\\t(?:[^"\\]|\\.)*\\n(?:[^"\\]|\\.)*"/g;

const emptyItem = /(?:^|\xe2\x80[\xa8\xa9])[ -]*- ""$/m;

/** Such text as a key, on a line of its own. */
const tabbedKey = new RegExp(`\\? ${tabbedText.source}\\n *: `, "g");

function withoutBlanks(content: string): string {
  return content.replaceAll(/\s/g, "");
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** What both programs made of the same encrypted file; empty when the difference is another. */
function readings({ kind, sops, ours }: Difference): [sops: string, ours: string] {
  const read = kind === "we read sops's file differently" && sops.status === 0 && ours.status === 0;
  return read ? [text(sops.stdout), text(ours.stdout)] : ["", ""];
}

/** A YAML file without its comments. */
function withoutComments(yaml: string): string {
  return yaml
    .split(lineBreak)
    .filter((line) => !/^\s*#/.test(line))
    .map((line) => line.replace(/\s+#.*$/, ""))
    .join("\n");
}

/**
 * The same without the list items that sops makes of empty comments; marks of list items become blanks, and a list that is
 * otherwise empty looks like null.
 */
function withoutEmptyItems(yaml: string): string {
  return withoutComments(yaml)
    .split(lineBreak)
    .map((line) => line.replace(/^[ -]*(?=[^ -]|$)/, (marks) => " ".repeat(marks.length)).replace(/: \[\]$/, ":"))
    .filter((line) => !/^\s*(?:""|\[\])?$/.test(line))
    .join("\n");
}

/** Line breaks of YAML in text with one character a byte: newlines, U+2028 and U+2029. */
const lineBreak = /\n|\xe2\x80[\xa8\xa9]/;
