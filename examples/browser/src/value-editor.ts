import type { Format, PlainInput } from "sops-ts";
import { button, element } from "./element.ts";
import { type LeafText, parseLeaf, type Sort, typedSorts } from "./leaf-value.ts";

/** A field for a value, in the place of the value. Enter keeps it (in a text with Ctrl or ⌘), Escape does not. */
export function valueEditor(options: {
  readonly label: string;
  readonly before: LeafText;
  readonly format: Format;
  readonly keep: (text: LeafText, value: PlainInput) => void;
  readonly cancel: () => void;
}): HTMLElement {
  const { before, format } = options;
  let sort: Sort = before.sort === "bytes" ? "text" : before.sort;
  const problem = element("p", { class: "field-problem", role: "alert" });
  const holder = element("div", { class: "field" });
  let field = fieldFor(sort, before.text, options.label);
  holder.append(field);
  const keep = (): void => {
    const text = { sort, text: withLineEndsOf(before.text, field.value) };
    if (text.sort === before.sort && text.text === before.text) {
      options.cancel();
      return;
    }
    const parsed = parseLeaf(text);
    if ("value" in parsed) {
      options.keep(text, parsed.value);
      return;
    }
    problem.textContent = parsed.problem;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  };
  const sorts = element(
    "select",
    {
      "aria-label": "Sort of value",
      onchange: () => {
        sort = sorts.value as Sort;
        field = fieldFor(sort, field.value, options.label);
        holder.replaceChildren(field);
        problem.textContent = "";
        field.focus();
      },
    },
    ...typedSorts.map((name) => element("option", { value: name, selected: name === sort }, name)),
  );
  // Only YAML and JSON know more than texts.
  const typed = format === "yaml" || format === "json";
  return element(
    "div",
    {
      class: "editor",
      onkeydown: (event: KeyboardEvent) => {
        event.stopPropagation();
        const plainEnter = !(event.target instanceof HTMLTextAreaElement) || event.ctrlKey || event.metaKey;
        const inField = event.target === field;
        if (event.key === "Escape") options.cancel();
        else if (event.key === "Enter" && inField && plainEnter && !event.isComposing) keep();
        else return;
        event.preventDefault();
      },
    },
    holder,
    problem,
    element(
      "div",
      { class: "buttons" },
      typed && sorts,
      button("Cancel", options.cancel),
      button("Keep", keep, { look: "primary" }),
    ),
  );
}

/** A text field makes every line end a newline; a text that had CRLF gets it back. */
function withLineEndsOf(before: string, text: string): string {
  return before.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fieldFor(sort: Sort, text: string, label: string): Field {
  const shared = { "aria-label": label, spellcheck: "false", autocomplete: "off", "data-field": "" };
  if (sort === "true or false") {
    return element(
      "select",
      shared,
      ...["true", "false"].map((word) => element("option", { value: word, selected: word === text }, word)),
    );
  }
  if (sort === "text") {
    const area = element("textarea", { ...shared, rows: Math.min(12, Math.max(1, text.split("\n").length)) });
    area.value = text;
    return area;
  }
  const input = element("input", {
    ...shared,
    type: "text",
    inputmode: sort === "number" ? "decimal" : "text",
    disabled: sort === "nothing",
  });
  input.value = sort === "nothing" ? "" : text;
  return input;
}
