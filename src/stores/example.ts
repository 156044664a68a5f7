import { Branch, Comment } from "../core/tree.ts";
import type { Format } from "./store.ts";

const welcome = "Welcome to SOPS! Edit this file as you please!";

/** What an editor shows for a file that does not exist yet: one document, made anew by each call. */
export function exampleBranches(format: Format): Branch[] {
  return [examples[format]()];
}

const examples: Readonly<Record<Format, () => Branch>> = {
  yaml: nestedExample,
  json: nestedExample,
  dotenv: flatExample,
  ini: sectionExample,
  binary: () => new Branch([{ key: "data", value: welcome }]),
};

function nestedExample(): Branch {
  return new Branch([
    { key: "hello", value: welcome },
    { key: "example_key", value: "example_value" },
    new Comment(" Example comment"),
    { key: "example_array", value: ["example_value1", "example_value2"] },
    { key: "example_number", value: 1234.56789 },
    { key: "example_booleans", value: [true, false] },
  ]);
}

function flatExample(): Branch {
  return new Branch([
    new Comment(" This is an example file."),
    { key: "hello", value: welcome },
    { key: "example_key", value: "example_value" },
    { key: "example_multiline", value: "foo\nbar\nbaz" },
  ]);
}

function sectionExample(): Branch {
  const section = new Branch([
    new Comment(" This is an example file."),
    { key: "hello", value: welcome },
    { key: "example_key", value: "example_value" },
  ]);
  return new Branch([{ key: "Welcome!", value: section }]);
}
