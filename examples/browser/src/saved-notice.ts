import { download } from "./download.ts";
import { button, element, icon } from "./element.ts";

/** Says that a file went to the person, and how it is; it can be had again. */
export function savedNotice(
  name: string,
  file: Uint8Array,
  words: string,
  ...more: readonly HTMLElement[]
): HTMLElement {
  return element(
    "section",
    { class: "saved", role: "status" },
    icon("check"),
    element("div", {}, element("h2", {}, `${name} is saved, encrypted`), element("p", {}, words), ...more),
    button("Save it again", () => download(name, file), { icon: "download" }),
  );
}
