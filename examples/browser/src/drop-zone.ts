import { button, element, icon, type IconName } from "./element.ts";

/** A file that was dropped, chosen or pasted. */
export interface Given {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A place to drop files on, or to choose them. */
export function dropZone(options: {
  readonly name: string;
  readonly icon: IconName;
  readonly title: string;
  readonly hint: string;
  readonly take: (files: readonly Given[]) => void;
}): HTMLElement {
  const input = fileInput(options.name, options.take);
  const zone = element(
    "div",
    { class: "zone", "data-zone": options.name },
    element("div", { class: "medallion" }, icon(options.icon)),
    element("p", { class: "zone-title" }, options.title),
    element("p", { class: "zone-hint" }, options.hint),
    button("Choose a file", () => input.click()),
    input,
  );
  acceptDrops(zone, options.take);
  return zone;
}

/** What opens the browser's dialog for files; a button clicks it. */
export function fileInput(name: string, take: (files: readonly Given[]) => void): HTMLInputElement {
  const input = element("input", {
    type: "file",
    class: "unseen",
    tabindex: -1,
    "aria-hidden": "true",
    "data-input": name,
    onchange: () => {
      void readFiles(input.files).then(take);
      input.value = "";
    },
  });
  return input;
}

/** Makes an element take files that are dropped on it. */
export function acceptDrops(target: HTMLElement, take: (files: readonly Given[]) => void): void {
  let depth = 0;
  const mark = (change: number): void => {
    depth = Math.max(0, depth + change);
    target.classList.toggle("over", depth > 0);
  };
  target.addEventListener("dragenter", (event) => {
    event.preventDefault();
    mark(1);
  });
  target.addEventListener("dragleave", () => mark(-1));
  target.addEventListener("dragover", (event) => event.preventDefault());
  target.addEventListener("drop", (event) => {
    depth = 0;
    mark(0);
    // A zone inside another one has taken it.
    if (event.defaultPrevented) return;
    event.preventDefault();
    void readFiles(event.dataTransfer?.files).then(take);
  });
}

/** Reads files into memory. */
async function readFiles(files: FileList | null | undefined): Promise<Given[]> {
  return Promise.all(
    [...(files ?? [])].map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
}
