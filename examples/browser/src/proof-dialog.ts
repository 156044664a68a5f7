import { button, element, icon } from "./element.ts";

/** Shows why the page can be believed: the policy that the browser holds it to. */
export function showProof(): void {
  const policy = document.querySelector("meta[http-equiv='Content-Security-Policy']")?.getAttribute("content") ?? "";
  const directives = policy.split("; ").map((directive) => element("code", {}, directive));
  const dialog = element(
    "dialog",
    { "aria-labelledby": "proof-title", onclose: () => dialog.remove() },
    element(
      "div",
      { class: "dialog" },
      element("div", { class: "medallion" }, icon("shield")),
      element("h2", { id: "proof-title" }, "Why nothing can leave"),
      element(
        "p",
        {},
        "This page is one file, and this policy stands in it. Your browser enforces it: no connection, no form, no further script or style, no address to load anything from.",
      ),
      element("div", { class: "policy" }, ...directives),
      element(
        "p",
        {},
        "See for yourself: save the page, go offline, and open it from your disk. Or watch the network in the developer tools: it stays empty.",
      ),
      element(
        "div",
        { class: "buttons" },
        button("Close", () => dialog.close(), { look: "primary" }),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
