import type { App } from "./app.ts";
import { dropZone, fileInput } from "./drop-zone.ts";
import { button, element, icon } from "./element.ts";
import { type Identity, identityKind } from "./identity.ts";

/** Where identities are given: dropped, chosen or pasted. */
export function identityCard(app: App): HTMLElement {
  return element(
    "section",
    { class: "card", "aria-labelledby": "identity-title" },
    element("h2", { id: "identity-title" }, element("span", { class: "step" }, "2"), "Your key"),
    app.identities.length > 0 && identityList(app),
    app.identities.length === 0 &&
      dropZone({
        name: "identity",
        icon: "key",
        title: "Drop your private key",
        hint: "keys.txt of age, also with a passphrase, or an SSH key",
        take: (files) => void app.take(files),
      }),
    pasteField(app),
    app.identities.length > 0 && chooseButton(app),
  );
}

function chooseButton(app: App): HTMLElement {
  const input = fileInput("identity", (files) => void app.take(files));
  return element(
    "div",
    {},
    button("Choose another key", () => input.click(), { icon: "key" }),
    input,
  );
}

/** The identities in memory, each with a way to forget it. */
export function identityList(app: App): HTMLElement {
  return element(
    "ul",
    { class: "identities" },
    ...app.identities.map((identity) => identityItem(identity, () => app.forget(identity))),
  );
}

function identityItem({ name, kind }: Identity, forget: () => void): HTMLElement {
  return element(
    "li",
    {},
    icon("key"),
    element("span", { class: "identity-name" }, element("b", {}, name), element("small", {}, kind)),
    button("Forget", forget, { attributes: { "aria-label": `Forget ${name}` } }),
  );
}

/** A field to paste an identity into. It is emptied at once. */
function pasteField(app: App): HTMLElement {
  const take = (text: string): void => {
    field.value = "";
    // A passphrase-protected key ends where its text ends, whatever blanks came along.
    void app.takeIdentity({ name: "pasted key", bytes: new TextEncoder().encode(`${text.trim()}\n`) });
  };
  const field = element("textarea", {
    id: "paste-identity",
    class: "secret",
    rows: 1,
    placeholder: "AGE-SECRET-KEY-1…",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    onpaste: (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData("text") ?? "";
      if (identityKind(new TextEncoder().encode(text.trim())) === undefined) return;
      event.preventDefault();
      take(text);
    },
    onkeydown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.shiftKey || field.value.includes("-----BEGIN")) return;
      event.preventDefault();
      if (field.value.trim() !== "") take(field.value);
    },
  });
  return element(
    "div",
    { class: "paste" },
    element("label", { for: "paste-identity" }, app.identities.length === 0 ? "or paste it" : "paste another"),
    element(
      "div",
      { class: "paste-line" },
      field,
      button("Use", () => field.value.trim() !== "" && take(field.value)),
    ),
  );
}
