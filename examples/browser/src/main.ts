import { App, type Screen } from "./app.ts";
import { acceptDrops } from "./drop-zone.ts";
import { button, element, icon } from "./element.ts";
import { encryptView } from "./encrypt-view.ts";
import type { PendingEdits } from "./pending-edits.ts";
import { showProof } from "./proof-dialog.ts";
import { startView } from "./start-view.ts";
import { workspaceView } from "./workspace-view.ts";

const place = element("main", { id: "main" });
const status = element("p", { class: "unseen", role: "status" });
const tabs = element("nav", { "aria-label": "What to do" });
let pending: PendingEdits | undefined;
let shown = "";

const app = new App(draw);

document.body.append(
  element(
    "header",
    { class: "top" },
    element("div", { class: "brand" }, icon("lock"), element("span", {}, "sops-ts")),
    tabs,
    button("Nothing leaves this page", showProof, { icon: "shield", attributes: { class: "offline" } }),
  ),
  place,
  status,
);

/** Shows what the page is about now. A new screen takes the focus, so that nobody is left behind where nothing is any more. */
function draw(): void {
  const opened = app.screen === "open" && app.opened !== undefined;
  const name = opened ? `opened ${app.file?.name}` : app.screen;
  tabs.replaceChildren(tab("open", "Open"), tab("encrypt", "Encrypt new"));
  if (opened && shown === name) {
    for (const panel of place.querySelectorAll(".side .panel"))
      panel.dispatchEvent(new CustomEvent("identities:changed"));
    return;
  }
  pending = undefined;
  if (opened) {
    const workspace = workspaceView(app, announce);
    pending = workspace.pending;
    place.replaceChildren(workspace.element);
    announce(`${app.file?.name} is open. Its MAC is verified.`);
  } else {
    place.replaceChildren(app.screen === "open" ? startView(app) : encryptView(app));
  }
  if (shown !== name && shown !== "") place.querySelector<HTMLElement>("h1")?.focus();
  shown = name;
}

function tab(screen: Screen, text: string): HTMLElement {
  const current = app.screen === screen;
  return button(text, () => app.screen !== screen && go(screen), {
    attributes: { class: "tab", ...(current && { "aria-current": "page" }) },
  });
}

function go(screen: Screen): void {
  if (mayLeave()) app.show(screen);
}

function announce(text: string): void {
  status.textContent = text;
}

function mayLeave(): boolean {
  return pending === undefined || pending.size === 0 || confirm("There are changes that are not saved. Let them go?");
}

acceptDrops(document.body, (files) => {
  if (app.screen === "encrypt") app.takePlain(files[0]);
  else if (mayLeave()) void app.take(files);
});

window.addEventListener("beforeunload", (event) => {
  if (pending !== undefined && pending.size > 0) event.preventDefault();
});

draw();
