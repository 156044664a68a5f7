/* The few requests of man(7) that a manual page needs; texts come in plain and are escaped here. */

/** A piece of a page: one or more lines, each with its newline. */
export type Roff = string;

/** The beginning of a page, whose lines are to be neither hyphenated nor stretched: names of variables stay whole. */
export function title(name: string, chapter: number, source: string, manual: string): Roff {
  return `.TH ${[name.toUpperCase(), String(chapter), "", source, manual].map(quote).join(" ")}\n.nh\n.ad l\n`;
}

/** A section. */
export function section(heading: string, ...content: readonly Roff[]): Roff {
  return `.SH ${quote(heading.toUpperCase())}\n${content.join("")}`;
}

/** A section below a section. */
export function subsection(heading: string, ...content: readonly Roff[]): Roff {
  return `.SS ${quote(heading)}\n${content.join("")}`;
}

/** A paragraph of running text. */
export function paragraph(text: string): Roff {
  return `.PP\n${line(text)}`;
}

/** A term with what it means beside or below it. */
export function entry(term: Roff, text: string): Roff {
  return `.TP\n${term}\n${line(text)}`;
}

/** A command line as it is typed. */
export function example(text: string): Roff {
  return `.PP\n.RS 4\n.nf\n${line(text)}.fi\n.RE\n`;
}

/** Text in bold, for a term. */
export function bold(text: string): Roff {
  return `\\fB${escape(text)}\\fR`;
}

/** Text in italics, for what stands for a value. */
export function italic(text: string): Roff {
  return `\\fI${escape(text)}\\fR`;
}

/** A line of text; a control character at its beginning is none. */
export function line(text: string): Roff {
  return `${escape(text).replace(/^[.']/, "\\&$&")}\n`;
}

/** Plain text as roff: backslashes, dashes that are typed, and quotes that roff would turn into typographic ones. */
export function escape(text: string): Roff {
  return text.replaceAll(/[\\\-'`^~…]/g, (character) => replacements[character] ?? character);
}

const replacements: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  "…": "\\&...",
};

/** An argument of a request. */
function quote(text: string): Roff {
  return `"${escape(text).replaceAll('"', '""')}"`;
}
