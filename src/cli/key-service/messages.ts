import type { MasterKey, MasterKeyKind, MasterKeyOf } from "../../core/metadata.ts";
import { rfc3339Now } from "../../core/timestamp.ts";
import { bytesField, encodeMessage, type Field, Message, messageField, textField } from "./protobuf.ts";

/** What a key service is asked: to wrap or unwrap something with a key. */
export interface KeyRequest {
  /** Undefined when none was named, or one of an unknown kind. Its `enc` is empty. */
  readonly key: MasterKey | undefined;
  /** To wrap: the data key. To unwrap: the UTF-8 bytes of `enc`. */
  readonly payload: Uint8Array;
}

/** How one kind of key is sent. */
interface KeyMessage<Key extends MasterKey> {
  /** The number of its field in the message `Key`. */
  readonly number: number;
  encode(key: Key): Field[];
  decode(message: Message, created: Created): Key;
}

/** What a key has that is not sent. */
interface Created {
  readonly createdAt: string;
  enc: string;
}

/** @see sops keyservice/keyservice.proto */
const keyMessages: { readonly [Kind in MasterKeyKind]: KeyMessage<MasterKeyOf<Kind>> } = {
  kms: {
    number: 1,
    encode: ({ arn, role, context, awsProfile }) => [
      ...textField(1, arn),
      ...textField(2, role),
      ...Object.entries(context).flatMap(([name, value]) =>
        messageField(3, [...textField(1, name), ...textField(2, value)]),
      ),
      ...textField(4, awsProfile),
    ],
    decode: (message, created) => ({
      kind: "kms",
      arn: message.text(1),
      role: message.text(2),
      context: Object.fromEntries(message.messages(3).map((pair) => [pair.text(1), pair.text(2)])),
      awsProfile: message.text(4),
      ...created,
    }),
  },
  pgp: {
    number: 2,
    encode: ({ fingerprint }) => textField(1, fingerprint),
    decode: (message, created) => ({ kind: "pgp", fingerprint: message.text(1), ...created }),
  },
  gcp_kms: {
    number: 3,
    encode: ({ resourceId }) => textField(1, resourceId),
    decode: (message, created) => ({ kind: "gcp_kms", resourceId: message.text(1), ...created }),
  },
  azure_kv: {
    number: 4,
    encode: ({ vaultUrl, name, version }) => [
      ...textField(1, vaultUrl),
      ...textField(2, name),
      ...textField(3, version),
    ],
    decode: (message, created) => ({
      kind: "azure_kv",
      vaultUrl: message.text(1),
      name: message.text(2),
      version: message.text(3),
      ...created,
    }),
  },
  hc_vault: {
    number: 5,
    encode: ({ vaultAddress, enginePath, keyName }) => [
      ...textField(1, vaultAddress),
      ...textField(2, enginePath),
      ...textField(3, keyName),
    ],
    decode: (message, created) => ({
      kind: "hc_vault",
      vaultAddress: message.text(1),
      enginePath: message.text(2),
      keyName: message.text(3),
      ...created,
    }),
  },
  age: {
    number: 6,
    encode: ({ recipient }) => textField(1, recipient),
    decode: (message, { enc }) => ({ kind: "age", recipient: message.text(1), enc }),
  },
  hckms: {
    number: 7,
    encode: ({ keyId }) => textField(1, keyId),
    decode: (message, created) => ({ kind: "hckms", keyId: message.text(1), ...created }),
  },
};

/** The bytes of a request. Both requests have the same fields, and both answers. */
export function encodeRequest({ key, payload }: KeyRequest): Uint8Array {
  const fields = key === undefined ? [] : messageField(1, encodeKey(key));
  return encodeMessage([...fields, ...bytesField(2, payload)]);
}

function encodeKey(key: MasterKey): Field[] {
  // The table pairs kind and key, but the compiler cannot follow a union.
  const { number, encode } = keyMessages[key.kind] as KeyMessage<MasterKey>;
  return messageField(number, encode(key));
}

/** @throws SopsError when it is no request */
export function decodeRequest(bytes: Uint8Array): KeyRequest {
  const request = new Message(bytes);
  return { key: decodeKey(new Message(request.bytes(1))), payload: request.bytes(2) };
}

/** Of several keys the last one counts, as the format demands. */
function decodeKey(message: Message): MasterKey | undefined {
  for (const number of message.numbers().toReversed()) {
    const entry = Object.values(keyMessages).find((candidate) => candidate.number === number);
    if (entry !== undefined) return entry.decode(new Message(message.bytes(number)), unsent());
  }
  return undefined;
}

function unsent(): Created {
  return { createdAt: rfc3339Now(), enc: "" };
}

/** The bytes of an answer: the wrapped or the unwrapped data key. */
export function encodeAnswer(payload: Uint8Array): Uint8Array {
  return encodeMessage(bytesField(1, payload));
}

/** @throws SopsError when it is no answer */
export function decodeAnswer(bytes: Uint8Array): Uint8Array {
  return new Message(bytes).bytes(1);
}
