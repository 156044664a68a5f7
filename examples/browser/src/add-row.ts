import type { Format, PlainInput } from "sops-ts";
import { element } from "./element.ts";
import type { LeafText } from "./leaf-value.ts";
import { valueEditor } from "./value-editor.ts";

/** The form for a new value. In a mapping it asks for a name as well. */
export function addRow(options: {
  readonly named: boolean;
  readonly format: Format;
  /** Says what is wrong with a name; undefined when nothing is. */
  readonly refuse: (name: string) => string | undefined;
  readonly add: (name: string, text: LeafText, value: PlainInput) => void;
  readonly cancel: () => void;
}): HTMLElement {
  const problem = element("p", { class: "field-problem", role: "alert" });
  const name = element("input", {
    type: "text",
    class: "new-name",
    placeholder: "name",
    "aria-label": "Name of the new value",
    spellcheck: "false",
    autocomplete: "off",
    onkeydown: (event: KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === "Escape") options.cancel();
      if (event.key !== "Enter") return;
      event.preventDefault();
      row.querySelector<HTMLElement>("[data-field]")?.focus();
    },
  });
  const editor = valueEditor({
    label: "The new value",
    before: { sort: "bytes", text: "" },
    format: options.format,
    cancel: options.cancel,
    keep: (text, value) => {
      const refusal = options.named ? options.refuse(name.value) : undefined;
      if (refusal === undefined) {
        options.add(name.value, text, value);
        return;
      }
      problem.textContent = refusal;
      name.setAttribute("aria-invalid", "true");
      name.focus();
    },
  });
  const row = element(
    "div",
    { class: "row leaf editing adding", role: "row" },
    element("div", { class: "name", role: "rowheader" }, options.named ? name : "new element"),
    element("div", { class: "value", role: "gridcell" }, problem, editor),
  );
  return row;
}
