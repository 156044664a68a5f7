#!/usr/bin/env node
/*
 * An age plugin for tests. What it does before its proper work is in STUB_STEPS: steps with newlines between them, each a command and
 * its text. Every answer that it gets to them goes to the file STUB_LOG, one a line. It "wraps" by xor with the answer to `request-secret`.
 */
import { appendFileSync, readSync, writeSync } from "node:fs";

const log = (line) => process.env.STUB_LOG && appendFileSync(process.env.STUB_LOG, `${line}\n`);
const encode = (bytes) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

let pending = Buffer.alloc(0);
function readLine() {
  for (;;) {
    const end = pending.indexOf(10);
    if (end !== -1) {
      const line = pending.subarray(0, end).toString();
      pending = pending.subarray(end + 1);
      return line;
    }
    const chunk = Buffer.alloc(65536);
    let count = 0;
    try {
      count = readSync(0, chunk);
    } catch (error) {
      if (error.code === "EAGAIN") continue;
      throw error;
    }
    if (count === 0) process.exit(1);
    pending = Buffer.concat([pending, chunk.subarray(0, count)]);
  }
}

function receive() {
  const [arrow, ...args] = readLine().split(" ");
  if (arrow !== "->") throw new Error("the client sent no stanza");
  const lines = [];
  do lines.push(readLine());
  while (lines.at(-1).length === 64);
  return { args, body: Buffer.from(lines.join(""), "base64") };
}

function write(bytes) {
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

function send(args, body = "") {
  const text = encode(body).replace(/.{64}/g, "$&\n");
  write(Buffer.from(`-> ${args.join(" ")}\n${text}\n`));
}

function ask(args, body) {
  send(args, body);
  return receive();
}

const xor = (bytes, pad) => Buffer.from(bytes).map((byte, index) => byte ^ (pad[index % pad.length] ?? 0x5a));
const isRecipient = process.argv[2] === "--age-plugin=recipient-v1";

const received = [];
do received.push(receive());
while (received.at(-1).args[0] !== "done");
const known = received.filter(({ args }) => !args[0].startsWith("grease-"));
log(known.map(({ args }) => args.slice(0, args[0] === "recipient-stanza" ? 3 : 1).join(" ")).join(", "));

let pad = Buffer.alloc(0);
for (const step of (process.env.STUB_STEPS ?? "").split("\n").filter(Boolean)) {
  const [command, text = "", ...options] = step.split("|");
  if (command === "quit") process.exit(0);
  if (command === "hang") for (;;) receive();
  if (command === "raw") {
    const bytes = Buffer.from(text, "base64");
    write(Buffer.concat(Array.from({ length: Number(options[0] ?? 1) }, () => bytes)));
    continue;
  }
  const answer = ask([...command.split(" "), ...options.map(encode)], text);
  if (command === "request-secret") pad = answer.body;
  const shown = answer.body.length > 0 ? [answer.body.toString()] : [];
  log([command, "->", ...answer.args, ...shown].join(" "));
  if (command === "error") process.exit(1);
}

if (isRecipient) {
  const fileKey = known.find(({ args }) => args[0] === "wrap-file-key").body;
  ask(["recipient-stanza", "0", "stub", "note"], xor(fileKey, pad));
  if (known.some(({ args }) => args[0] === "extension-labels")) ask(["labels", "test"]);
} else {
  const stanza = known.find(({ args }) => args[0] === "recipient-stanza" && args[2] === "stub");
  if (stanza !== undefined) ask(["file-key", "0"], xor(stanza.body, pad));
}
send(["done"]);
