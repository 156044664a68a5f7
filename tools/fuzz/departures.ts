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
    reason: "sops writes containers into INI in Go's notation; sops-ts refuses what it could not read again",
    explains: ({ kind, ours }, { format, outputFormat }) =>
      kind === "exit status of encrypt" && outputFormat === "ini" && format !== "ini" && ours.status !== 0,
  },
  {
    reason: "sops prints the envelope of a comment that moved to a neighbouring container; sops-ts prints the comment",
    explains: ({ kind, sops, ours }) =>
      kind === "we read sops's file differently" &&
      sops.status === 0 &&
      ours.status === 0 &&
      commentEnvelope.test(text(sops.stdout)) &&
      sameButComments(text(sops.stdout), text(ours.stdout)),
  },
  {
    reason: "sops makes an empty comment in a list an empty string; sops-ts keeps the comment",
    explains: ({ kind, sops, ours }) =>
      kind === "we read sops's file differently" &&
      sops.status === 0 &&
      ours.status === 0 &&
      /^\s*- ""$/m.test(text(sops.stdout)) &&
      text(sops.stdout).replaceAll(/^(\s*)- ""\n/gm, "") === text(ours.stdout).replaceAll(/^\s*#\n/gm, ""),
  },
];

const commentEnvelope = /ENC\[AES256_GCM,[^\]]*,type:comment\]/;

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function sameButComments(a: string, b: string): boolean {
  return withoutComments(a) === withoutComments(b);
}

function withoutComments(yaml: string): string {
  return yaml
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .map((line) => line.replace(/\s+#.*$/, ""))
    .join("\n");
}
