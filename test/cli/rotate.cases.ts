import { type CliCase, corpusText, recipient } from "../support/cli-case.ts";
import { literally } from "../support/file-lines.ts";

const alice = recipient("alice");
const bob = recipient("bob");
const carol = recipient("carol");

/** `a: 1`, `b: {c: orchard, list: [x, {y: 1}]}`, a comment, `d: last`; for alice. */
const file = corpusText("commands/extract-item/f.yaml");
const before = { "f.yaml": file };
const plain = corpusText("commands/rotate/after-decrypted");
/** `a: orchard`, for three groups of one key each, of which two are needed. */
const shared = { "f.yaml": corpusText("recipients/shamir-2-of-3-yaml/plain.enc.yaml") };
const twoIdentities = { SOPS_AGE_KEY: corpusText("keys/carol.txt") };
const changedByHand = {
  "f.yaml": corpusText("selectors/default-suffix/plain.enc.yaml").replace("orchard", "changed"),
};
const printsAgain = { args: ["decrypt", "f.yaml"], stdout: plain };

/** All envelopes and wrapped keys are new; each value keeps its IV, as in sops, and the keys are these. */
function rotated(...recipients: string[]): RegExp {
  const values = file.slice(0, file.indexOf("sops:\n"));
  const layout = literally(values)
    .replaceAll(/data:[^,]*,iv/g, "data:[^,]+,iv")
    .replaceAll(/tag:[^,]*,type/g, "tag:[^,]+,type");
  const keys = recipients.map(
    (key) =>
      `        - enc: \\|\n            -----BEGIN AGE ENCRYPTED FILE-----\n(?:            .*\n)+          recipient: ${key}\n`,
  );
  const isSame = `(?!${file.split("\n", 1).map(literally).join("")})`;
  const end = '    lastmodified: ".*"\n    mac: ENC.*\n    unencrypted_suffix: _unencrypted\n    version: 3.13.3\n';
  return new RegExp(`^${isSame}${layout}sops:\n    age:\n${keys.join("")}${end}$`);
}

const otherRule = `creation_rules:\n  - path_regex: other\n    age: ${alice}\n`;

/** The file with a key of every kind beside alice's; these cannot be used here. */
const allKinds = file.replace(
  "\nsops:\n",
  `
sops:
    kms:
        - arn: arn:aws:kms:us-east-1:123456789012:key/x
          created_at: "2026-01-02T03:04:05Z"
          enc: AAAA
          aws_profile: ""
        - arn: arn:aws:kms:us-east-1:123456789012:key/y
          role: arn:aws:iam::123456789012:role/r
          context:
            app: web
          created_at: "2026-01-02T03:04:05Z"
          enc: AAAA
          aws_profile: ""
    gcp_kms:
        - resource_id: projects/p/locations/l/keyRings/r/cryptoKeys/k
          created_at: "2026-01-02T03:04:05Z"
          enc: AAAA
    hckms:
        - key_id: cn-north-1:550e8400-e29b-41d4-a716-446655440000
          created_at: "2026-01-02T03:04:05Z"
          enc: AAAA
    azure_kv:
        - vault_url: https://v.vault.azure.net
          name: k
          version: "1"
          created_at: "2026-01-02T03:04:05Z"
          enc: AAAA
    hc_vault:
        - vault_address: https://v:8200
          engine_path: transit
          key_name: k
          created_at: "2026-01-02T03:04:05Z"
          enc: vault:v1:AAAA
    pgp:
        - fp: DE64BF3D45594E0D7092696B6342BD58061E58CD
          created_at: "2026-01-02T03:04:05Z"
          enc: AAAA
`,
);
const withoutContext = ["--rm-kms", "arn:aws:kms:us-east-1:123456789012:key/x"];
const withContext = [
  "--rm-kms",
  "arn:aws:kms:us-east-1:123456789012:key/y+arn:aws:iam::123456789012:role/r",
  "--encryption-context",
  "app:web",
];
const otherKinds = [
  ["--rm-gcp-kms", "projects/p/locations/l/keyRings/r/cryptoKeys/k"],
  ["--rm-hckms", "cn-north-1:550e8400-e29b-41d4-a716-446655440000"],
  ["--rm-azure-kv", "https://v.vault.azure.net/keys/k/1"],
  ["--rm-hc-vault-transit", "https://v:8200/v1/transit/keys/k"],
  ["--rm-pgp", "DE64BF3D45594E0D7092696B6342BD58061E58CD"],
].flat();
const onlyFirstKms = allKinds.replace(/ {8}- arn: .*key\/y\n[^]*?(?= {4}gcp_kms)/, "");

/** `rotate` and `-r`. */
export const rotateCases: readonly CliCase[] = [
  {
    name: "a directory: all encrypted files below it, with one question",
    args: ["rotate", "-i", "--add-age", bob, "."],
    before: { ...before, "d/g.yaml": file, "plain.yaml": "a: 1\n" },
    stdin: "y\n",
    stdout:
      /^The following files will get a new data key:\n {4}[^\n]*g\.yaml\n {4}[^\n]*f\.yaml\n\+\+\+ age1\w+\nIs this okay\? \(y\/n\):$/,
    stderr: [/ 2 rotated, 0 failed\n$/],
    files: { "f.yaml": rotated(alice, bob), "d/g.yaml": rotated(alice, bob) },
    afterwards: { args: ["decrypt", "d/g.yaml"], stdout: plain },
    sops: { departure: "sops takes one file", status: 2, stderr: ["is a directory"] },
  },
  {
    name: "a pattern with a file that fails, which stays as it is",
    args: ["rotate", "-i", "-y", "*.yaml"],
    before: { ...before, "g.yaml": shared["f.yaml"], "h.yaml": file },
    status: 1,
    stdout: /h\.yaml\n$/,
    stderr: [/level=error .*g\.yaml/, / 2 rotated, 1 failed\n/, "failed rotating 1 file(s)"],
    files: { "f.yaml": rotated(alice), "h.yaml": rotated(alice) },
    sops: { departure: "sops takes one file and has no -y", status: 1, stdout: /./, stderr: [] },
  },
  {
    name: "a directory, and no as the answer",
    args: ["rotate", "-i", "."],
    before,
    stdin: "n\n",
    stdout: /\(y\/n\):$/,
    stderr: [/ 1 left unchanged\n$/],
    sops: { departure: "sops takes one file", status: 2, stderr: ["is a directory"] },
  },
  {
    name: "a directory without --in-place",
    args: ["rotate", "."],
    before,
    status: 8,
    stderr: ["several files can only be rotated with --in-place"],
    sops: { departure: "sops takes one file", status: 2, stderr: ["is a directory"] },
  },
  { name: "to standard output", args: ["rotate", "f.yaml"], before, stdout: rotated(alice) },
  {
    name: "in place",
    args: ["rotate", "-i", "f.yaml"],
    before,
    beforeModes: { "f.yaml": 0o600 },
    files: { "f.yaml": rotated(alice) },
    modes: { "f.yaml": 0o600 },
    afterwards: printsAgain,
  },
  {
    name: "to another file",
    args: ["rotate", "--output", "out.yaml", "f.yaml"],
    before,
    files: { "out.yaml": rotated(alice) },
  },
  {
    name: "in place and to another file is too much",
    args: ["rotate", "-i", "--output", "out.yaml", "f.yaml"],
    before,
    status: 8,
    stderr: ["Error: cannot operate on both --output and --in-place\n"],
  },
  {
    name: "--add-age",
    args: ["rotate", "-i", "--add-age", `${bob},${carol}`, "f.yaml"],
    before,
    files: { "f.yaml": rotated(alice, bob, carol) },
    afterwards: printsAgain,
  },
  {
    name: "--rm-age and --add-age",
    args: ["rotate", "--rm-age", alice, "--add-age", bob, "-i", "f.yaml"],
    before,
    files: { "f.yaml": rotated(bob) },
  },
  {
    name: "--rm-… of keys of every kind",
    args: ["rotate", ...withoutContext, ...otherKinds, "f.yaml"],
    before: { "f.yaml": onlyFirstKms },
    stdout: rotated(alice),
  },
  {
    name: "--rm-kms with role and context",
    args: ["rotate", ...withContext, ...otherKinds, "f.yaml"],
    before: { "f.yaml": allKinds.replace(/ {8}- arn: .*key\/x\n[^]*?(?= {8}- arn)/, "") },
    stdout: rotated(alice),
  },
  {
    name: "a key that cannot wrap leaves the file as it is",
    args: ["rotate", "-i", "--add-pgp", "0".repeat(40), "f.yaml"],
    before,
    status: 1,
    stderr: [/failed to encrypt new data key with master key \\?"0{40}\\?"/],
  },
  {
    name: "--rm-age of a key that the file does not have",
    args: ["rotate", "-i", "--rm-age", bob, "f.yaml"],
    before,
    files: { "f.yaml": rotated(alice) },
  },
  {
    name: "--rm-age of the only key",
    args: ["rotate", "-i", "--rm-age", alice, "f.yaml"],
    before,
    status: 1,
    stderr: ["Could not generate data key: [empty key group provided]\n"],
  },
  {
    name: "--add-age of what is no recipient",
    args: ["rotate", "-i", "--add-age", "nope", "f.yaml"],
    before,
    status: 1,
    stderr: ['unknown recipient type: "nope"'],
  },
  {
    name: "key groups: a key is added to the first one",
    args: ["rotate", "-i", "--add-age", carol, "f.yaml"],
    before: shared,
    env: twoIdentities,
    files: {
      "f.yaml": new RegExp(
        `key_groups:\n        - age:[^]*?recipient: ${alice}\n[^]*?recipient: ${carol}\n          hc_vault: \\[\\]\n` +
          `        - age:[^]*?recipient: ${bob}\n[^]*shamir_threshold: 2\n`,
      ),
    },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: "a: orchard\n" },
  },
  {
    name: "a format that the name does not say",
    args: ["rotate", "--input-type", "yaml", "--output-type", "json", "f"],
    before: { f: file },
    stdout: /^\{\n\t"a": "ENC/,
  },
  {
    name: "a format that another name says",
    args: ["rotate", "--filename-override", "x.yaml", "f"],
    before: { f: file },
    stdout: rotated(alice),
  },
  {
    name: "a file that was tampered with",
    args: ["rotate", "f.yaml"],
    before: changedByHand,
    status: 51,
    stderr: ["MAC mismatch"],
  },
  {
    name: "a file that is not there",
    args: ["rotate", "nope.yaml"],
    status: 2,
    stderr: ["Error reading file: open {dir}/nope.yaml: no such file or directory\n"],
  },
  {
    name: "keys of a file that is not there",
    args: ["rotate", "--rm-pgp", "ABC", "nope.yaml"],
    status: 49,
    stderr: [
      'Error: cannot add or remove keys on non-existent file "{dir}/nope.yaml", use the `edit` subcommand instead.\n',
    ],
  },
  { name: "no file", args: ["rotate"], status: 100, stderr: ["Error: no file specified\n"] },
  {
    name: "a second file is ignored",
    args: ["rotate", "f.yaml", "g.yaml"],
    before,
    stdout: rotated(alice),
    stderr: ["More than one positional argument provided."],
  },
  {
    name: "an encryption context that is none",
    args: ["rotate", "-i", "--encryption-context", "nope", "f.yaml"],
    before,
    status: 6,
    stderr: ["Invalid KMS encryption context format\n"],
    sops: {
      departure: "sops goes on without a context, so that keys are added or looked for which nobody named",
      stderr: ["Encryption context contains a non-string value, context will not be used"],
      files: { "f.yaml": rotated(alice) },
    },
  },
  {
    name: "no creation rule is needed",
    args: ["rotate", "f.yaml"],
    before: { ...before, ".sops.yaml": otherRule },
    stdout: rotated(alice),
  },
  { name: "-r", args: ["-r", "f.yaml"], before, stdout: rotated(alice) },
  {
    name: "-r -i with a change of keys",
    args: ["-r", "-i", "--add-age", bob, "f.yaml"],
    before,
    files: { "f.yaml": rotated(alice, bob) },
    afterwards: printsAgain,
  },
  {
    name: "-r of a file that was tampered with, if asked for",
    args: ["-r", "--ignore-mac", "f.yaml"],
    before: changedByHand,
    stdout: /^plain: ENC[^]*\nsecret_unencrypted: changed\n/,
  },
  {
    name: "-r of a file that is not there, with rules of which none matches",
    args: ["-r", "nope.yaml"],
    before: { ".sops.yaml": otherRule },
    status: 100,
    stderr: ['Error: cannot operate on non-existent file "{dir}/nope.yaml"\n'],
  },
];
