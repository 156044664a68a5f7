import { button, element } from "./element.ts";
import type { PendingEdits } from "./pending-edits.ts";

/** Says how many values were changed, and saves or discards them. It shows itself only when there is something to save. */
export function saveBar(
  pending: PendingEdits,
  { save, discard }: { readonly save: () => void; readonly discard: () => void },
): HTMLElement {
  const count = element("p", { class: "count", role: "status" });
  const names = element("p", { class: "names" });
  const bar = element(
    "div",
    { class: "save-bar", role: "region", "aria-label": "Unsaved changes" },
    element("div", { class: "what" }, count, names),
    button("Discard", discard),
    button("Save encrypted file", save, { look: "primary", icon: "download" }),
  );
  const draw = (): void => {
    bar.hidden = pending.size === 0;
    count.textContent = pending.size === 1 ? "1 value changed" : `${pending.size} values changed`;
    names.textContent = pending.names().join(", ");
  };
  pending.listen(draw);
  draw();
  return bar;
}
