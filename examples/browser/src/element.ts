type Child = Node | string | undefined | false;

/** Attributes by name; a function listens to the event of an `on…`. What is undefined or false is left out. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: never) => void)>>;

/** Makes an element. All texts become text nodes: nothing is ever parsed as HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value as EventListener);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

const shapes = {
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  key: "M8 8.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6M11.8 12H21v3.5M17 12v3",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  open: "M6 11h12v9H6zM8.5 11V7.5A3.5 3.5 0 0 1 15 6",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6",
  "eye-off":
    "M4 4l16 16M9.9 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-3 3.7M6 7.6C3.8 9.3 2.5 12 2.5 12S6 18.5 12 18.5c1.5 0 2.8-.4 4-.9M10 10a2.8 2.8 0 0 0 4 4",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  remove: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
  undo: "M5 9h9a5 5 0 0 1 0 10H8M8.5 5.5L5 9l3.5 3.5",
  add: "M12 5v14M5 12h14",
  chevron: "M9 6l6 6-6 6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  shield: "M12 3l7.5 3v5.5c0 4.5-3 7.8-7.5 9.5-4.5-1.7-7.5-5-7.5-9.5V6zM8.5 12l2.5 2.5 4.5-5",
  download: "M12 4v11M7.5 11l4.5 4.5L16.5 11M5 20h14",
  close: "M6 6l12 12M18 6L6 18",
  alert: "M12 4l9 16H3zM12 10v4.5M12 17.2v.1",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5L20 20",
  upload: "M12 16V5M7.5 9.5L12 5l4.5 4.5M5 20h14",
  users:
    "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 5a3.5 3.5 0 0 1 0 6.3M18 14.5c2 .8 3.2 2.6 3.5 5.5",
} as const;

/** The name of a drawing. */
export type IconName = keyof typeof shapes;

/** A drawing of lines in the colour of the text around it; assistive technology passes over it. */
export function icon(name: IconName): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", shapes[name]);
  drawing.append(path);
  return drawing;
}

/** A button with a drawing and a text; `quiet` ones show the text to assistive technology and on hovering alone. */
export function button(
  text: string,
  onclick: (event: MouseEvent) => void,
  options: { icon?: IconName; look?: "primary" | "plain" | "quiet" | "danger"; attributes?: Attributes } = {},
): HTMLButtonElement {
  const { look = "plain" } = options;
  const labels = look === "quiet" ? { "aria-label": text, title: text } : {};
  return element(
    "button",
    { type: "button", class: `button ${look}`, onclick, ...labels, ...options.attributes },
    options.icon && icon(options.icon),
    look !== "quiet" && element("span", {}, text),
  );
}
