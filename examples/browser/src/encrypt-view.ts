import {
  encryptBytes,
  type Format,
  formatForPath,
  type KeyGroup,
  recipientKeys,
  type SelectionRule,
  SopsError,
} from "sops-ts";
import type { App } from "./app.ts";
import { download } from "./download.ts";
import { dropZone, type Given } from "./drop-zone.ts";
import { button, element } from "./element.ts";
import { identityKind } from "./identity.ts";
import { problemCard } from "./problem-card.ts";
import { savedNotice } from "./saved-notice.ts";

const formats: readonly Format[] = ["yaml", "json", "dotenv", "ini", "binary"];

/** The screen that encrypts a plain file. */
export function encryptView(app: App): HTMLElement {
  const form = new EncryptForm(app);
  return form.element;
}

class EncryptForm {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #outcome = element("div", { class: "notices" });
  readonly #name = element("input", { type: "text", id: "plain-name", value: "secrets.yaml", spellcheck: "false" });
  readonly #text = element("textarea", {
    id: "plain-text",
    rows: 9,
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "database:\n    user: app\n    password: …",
  });
  readonly #format: HTMLSelectElement;
  readonly #recipients = element("textarea", {
    id: "recipients",
    rows: 3,
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "age1…\nssh-ed25519 AAAA…",
  });
  readonly #rule: HTMLSelectElement;
  readonly #expression = element("input", {
    type: "text",
    "aria-label": "Expression or suffix",
    value: "^(password|token)$",
    spellcheck: "false",
  });
  /** A file's own bytes, where they are no text. */
  #bytes: Uint8Array | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#format = element(
      "select",
      { id: "plain-format", onchange: () => this.#chooseFormat(this.#format.value as Format) },
      ...formats.map((format) => element("option", { value: format }, format)),
    );
    this.#rule = element(
      "select",
      { id: "rule", onchange: () => this.#drawRule() },
      element("option", { value: "unencryptedSuffix" }, "all but keys that end in _unencrypted"),
      element("option", { value: "encryptedRegex" }, "only keys that match"),
      element("option", { value: "unencryptedRegex" }, "all but keys that match"),
    );
    this.#name.addEventListener("input", () => this.#chooseFormat(formatForPath(this.#name.value)));
    this.element = element(
      "div",
      { class: "start" },
      element(
        "header",
        { class: "hero" },
        element("h1", { tabindex: -1 }, "Encrypt a file"),
        element("p", {}, "For the people and machines whose recipients you name. No private key is needed for it."),
      ),
      this.#outcome,
      element("div", { class: "cards" }, this.#plainCard(), this.#recipientCard()),
    );
    this.#chooseFormat("yaml");
    this.#drawRule();
    if (app.plain !== undefined) this.#take(app.plain);
  }

  #plainCard(): HTMLElement {
    return element(
      "section",
      { class: "card", "aria-labelledby": "plain-title" },
      element("h2", { id: "plain-title" }, element("span", { class: "step" }, "1"), "What is secret"),
      dropZone({
        name: "plain",
        icon: "upload",
        title: "Drop a plain file",
        hint: "or type below",
        take: ([file]) => file && this.#take(file),
      }),
      element(
        "div",
        { class: "pair" },
        labelled("plain-name", "File name", this.#name),
        labelled("plain-format", "Format", this.#format),
      ),
      labelled("plain-text", "Content", this.#text),
    );
  }

  #recipientCard(): HTMLElement {
    return element(
      "section",
      { class: "card", "aria-labelledby": "recipient-title" },
      element("h2", { id: "recipient-title" }, element("span", { class: "step" }, "2"), "Who can open it"),
      labelled("recipients", "Recipients, one a line", this.#recipients),
      element(
        "p",
        { class: "note" },
        "Public keys: age recipients, or lines of SSH public keys. With one of their private keys the file opens.",
      ),
      labelled("rule", "Encrypt", this.#rule),
      this.#expression,
      button("Encrypt and save", () => void this.#encrypt(), { look: "primary", icon: "lock" }),
    );
  }

  #take(file: Given): void {
    this.#app.plain = undefined;
    this.#name.value = file.name;
    this.#chooseFormat(formatForPath(file.name));
    const text = decodeText(file.bytes);
    this.#bytes = text === undefined || text.includes("\r") ? file.bytes : undefined;
    this.#text.value =
      this.#bytes === undefined ? (text ?? "") : `${file.bytes.length.toLocaleString("en")} bytes of ${file.name}`;
    this.#text.readOnly = this.#bytes !== undefined;
  }

  #chooseFormat(format: Format): void {
    this.#format.value = format;
    this.#drawRule();
  }

  #drawRule(): void {
    const binary = this.#format.value === "binary";
    this.#rule.disabled = binary;
    this.#expression.hidden = binary || this.#rule.value === "unencryptedSuffix";
  }

  async #encrypt(): Promise<void> {
    try {
      const name = this.#name.value.trim() || "secrets.yaml";
      const bytes = this.#bytes ?? new TextEncoder().encode(this.#text.value);
      const keys = await readRecipients(this.#recipients.value);
      const file = await encryptBytes(bytes, {
        format: this.#format.value as Format,
        keyGroups: [keys],
        selection: this.#selection(),
      });
      download(name, file);
      this.#outcome.replaceChildren(encryptedNotice(name, file, keys.length));
      this.#text.value = "";
      this.#text.readOnly = false;
      this.#bytes = undefined;
    } catch (error) {
      this.#outcome.replaceChildren(problemCard(error));
    }
    this.#outcome.scrollIntoView({ block: "nearest" });
  }

  #selection(): SelectionRule | undefined {
    const name = this.#rule.value as SelectionRule["name"];
    return name === "unencryptedSuffix" ? undefined : { name, value: this.#expression.value };
  }
}

/** @throws SopsError `INVALID_MASTER_KEY`, and for a private key, whose text no message repeats */
async function readRecipients(text: string): Promise<KeyGroup> {
  const lines = text.split("\n").map((line) => line.trim());
  const recipients = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (recipients.some((line) => identityKind(new TextEncoder().encode(line)) !== undefined)) {
    throw new SopsError("INVALID_MASTER_KEY", "a private key stands among the recipients", {
      hint: "Recipients are public: age1… or the line of a .pub file. Take the private key out of here.",
    });
  }
  if (recipients.length === 0) {
    throw new SopsError("INVALID_MASTER_KEY", "no recipient is given", {
      hint: "Name at least one recipient, such as the line “public key: age1…” of a keys.txt.",
    });
  }
  return recipientKeys(recipients);
}

function encryptedNotice(name: string, file: Uint8Array, recipients: number): HTMLElement {
  const text = element("pre", { "data-encrypted": "" }, new TextDecoder().decode(file));
  return savedNotice(
    name,
    file,
    `For ${recipients === 1 ? "one recipient" : `${recipients} recipients`}. The plain text is not kept.`,
    element("details", {}, element("summary", {}, "See the encrypted file"), text),
  );
}

function labelled(id: string, text: string, field: HTMLElement): HTMLElement {
  return element("div", { class: "labelled" }, element("label", { for: id }, text), field);
}

/** The text of UTF-8; undefined when the bytes are none. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
