import type { CommentEntry, TreePath } from "sops-ts";
import { element } from "./element.ts";
import { mask } from "./leaf-row.ts";
import { makeRow, sealMark } from "./row.ts";
import type { TreeContext } from "./tree-context.ts";

/** The row of a comment. One that is encrypted is as secret as a value. */
export function commentRow({ text, encrypted }: CommentEntry, parent: TreePath, context: TreeContext): HTMLElement {
  const { line, name, value } = makeRow("comment", [...parent, ""]);
  let revealed = false;
  const draw = (): void => {
    const shown = !encrypted || revealed || context.revealAll();
    name.replaceChildren(sealMark(encrypted), element("span", { class: "key" }, "#"));
    value.replaceChildren(
      shown
        ? element("span", { class: "comment-text" }, text.trim())
        : element(
            "button",
            {
              type: "button",
              class: "masked",
              tabindex: -1,
              "aria-label": "Reveal a comment",
              title: "Reveal",
              onclick: toggle,
            },
            mask,
          ),
    );
  };
  const toggle = (): void => {
    revealed = !revealed;
    draw();
    line.focus();
  };
  line.addEventListener("row:redraw", draw);
  line.addEventListener("row:reveal", toggle);
  draw();
  return line;
}
