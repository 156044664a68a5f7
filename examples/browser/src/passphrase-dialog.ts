import { SopsError } from "sops-ts";
import { button, element, icon } from "./element.ts";
import type { Identity } from "./identity.ts";

/** Asks for the passphrase of an identity; rejects when the person does not want to give it. */
export function askPassphrase({ name, kind }: Identity): Promise<string> {
  return new Promise((answer, refuse) => {
    const field = element("input", {
      type: "password",
      id: "passphrase",
      autocomplete: "off",
      spellcheck: "false",
      required: true,
    });
    const form = element(
      "form",
      {
        class: "dialog",
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault();
          finish(() => answer(field.value));
        },
      },
      element("div", { class: "medallion" }, icon("lock")),
      element("h2", { id: "passphrase-title" }, "Passphrase, please"),
      element("p", {}, kind === "SSH key" ? "The SSH key " : "The identity ", element("b", {}, name), " is protected."),
      element("label", { for: "passphrase" }, "Passphrase"),
      field,
      element(
        "div",
        { class: "buttons" },
        button("Cancel", () => dialog.close()),
        element("button", { type: "submit", class: "button primary" }, "Unlock"),
      ),
    );
    const dialog = element("dialog", { "aria-labelledby": "passphrase-title" }, form);
    const finish = (act: () => void): void => {
      act();
      field.value = "";
      dialog.remove();
    };
    dialog.addEventListener("close", () =>
      finish(() => refuse(new SopsError("COULD_NOT_RETRIEVE_KEY", "no passphrase was given"))),
    );
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  });
}
