import type { App } from "./app.ts";
import type { EncryptedFile } from "./encrypted-file.ts";
import { dropZone } from "./drop-zone.ts";
import { button, element, icon } from "./element.ts";
import { identityCard } from "./identity-card.ts";
import { infoPanel } from "./info-panel.ts";
import { problemCard } from "./problem-card.ts";

/** The first screen: a file and a key are wanted. */
export function startView(app: App): HTMLElement {
  return element(
    "div",
    { class: "start" },
    element(
      "header",
      { class: "hero" },
      element("h1", { tabindex: -1 }, "Open an encrypted file"),
      element("p", {}, "Drop a file and your key. It is decrypted in this page, and nothing leaves it."),
    ),
    app.problem !== undefined && problemCard(app.problem, { identities: app.identities, actions: problemActions(app) }),
    app.busy && element("p", { class: "busy", role: "status" }, element("span", { class: "spinner" }), "Opening…"),
    element("div", { class: "cards" }, fileCard(app), identityCard(app)),
    assurances(),
  );
}

function problemActions(app: App): HTMLElement[] {
  const actions: HTMLElement[] = [];
  if (app.file === undefined && app.plain !== undefined) {
    actions.push(button("Encrypt it instead", () => app.takePlain(app.plain), { look: "primary", icon: "lock" }));
  }
  if (app.file !== undefined && app.identities.some(({ kind }) => kind !== "age identity")) {
    actions.push(button("Try again", () => void app.retry(), { icon: "undo" }));
  }
  return actions;
}

function fileCard(app: App): HTMLElement {
  return element(
    "section",
    { class: "card", "aria-labelledby": "file-title" },
    element("h2", { id: "file-title" }, element("span", { class: "step" }, "1"), "The file"),
    app.file === undefined
      ? dropZone({
          name: "file",
          icon: "file",
          title: "Drop an encrypted file",
          hint: "YAML, JSON, .env, INI, or any other that sops encrypted",
          take: (files) => void app.take(files),
        })
      : waitingFile(app, app.file),
    app.file === undefined && pasteFile(app),
  );
}

function waitingFile(app: App, { name, format, info }: EncryptedFile): HTMLElement {
  return element(
    "div",
    { class: "waiting" },
    element(
      "div",
      { class: "file-line" },
      icon("file"),
      element("b", { class: "file-name" }, name),
      element("span", { class: "tag" }, format),
      button("Close", () => app.close()),
    ),
    infoPanel(info),
  );
}

function pasteFile(app: App): HTMLElement {
  const field = element("textarea", {
    id: "paste-file",
    rows: 1,
    placeholder: "sops: …",
    autocomplete: "off",
    spellcheck: "false",
    onpaste: (event: ClipboardEvent) => {
      event.preventDefault();
      take(event.clipboardData?.getData("text") ?? "");
    },
  });
  const take = (text: string): void => {
    if (text.trim() === "") return;
    void app.take([{ name: nameFor(text), bytes: new TextEncoder().encode(text) }]);
  };
  return element(
    "div",
    { class: "paste" },
    element("label", { for: "paste-file" }, "or paste its text"),
    element(
      "div",
      { class: "paste-line" },
      field,
      button("Use", () => take(field.value)),
    ),
  );
}

/** A pasted text has no name: it gets the one of the format that it looks like. */
function nameFor(text: string): string {
  if (text.trimStart().startsWith("{")) return "pasted.json";
  if (/^sops_\w+=/m.test(text)) return "pasted.env";
  return /^\[sops\]/m.test(text) ? "pasted.ini" : "pasted.yaml";
}

/** What the page promises, and why it can be believed. */
function assurances(): HTMLElement {
  const promise = (name: "shield" | "eye-off" | "check", title: string, text: string): HTMLElement =>
    element("li", {}, icon(name), element("div", {}, element("b", {}, title), element("p", {}, text)));
  return element(
    "ul",
    { class: "assurances" },
    promise(
      "shield",
      "Nothing is sent",
      "The page’s security policy forbids every connection. Save it, go offline, and it works the same.",
    ),
    promise("eye-off", "Nothing is kept", "Keys and values are in memory alone. Closing the page forgets them."),
    promise("check", "The same file", "What you do not change keeps its ciphertext, and sops opens what you save."),
  );
}
