import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../src/bytes.ts";
import type { Branch } from "../../../src/core/tree.ts";
import { loadYaml } from "../../../src/stores/yaml/load.ts";
import { comment, inline, key, map } from "./tree-notation.ts";

describe("a comment", () => {
  it.each<[string, string, ...Branch[]]>([
    ["above a key", "# one\n#two\n##\na: 1\n", map(comment(" one"), comment("two"), comment("#"), ["a", 1n])],
    [
      "at the top, with an empty line below",
      "# file\n\n# key\na: 1\n",
      map(comment(" file"), comment(" key"), ["a", 1n]),
    ],
    [
      "behind a value",
      "a: 1 # c\nb: 'x'#d\nc: x#y\n",
      map(inline(" c"), ["a", 1n], inline("d"), ["b", "x"], ["c", "x#y"]),
    ],
    ["behind a value, after a tab", "a: 1\t# c\n", map(inline(" c"), ["a", 1n])],
    ["behind an element", "a:\n  - 1 # c\n  - x\n", map(["a", [inline(" c"), 1n, "x"]])],
    ["behind a key whose value is a mapping", "a: # c\n  b: 1\n", map(comment(" c"), ["a", map(["b", 1n])])],
    ["behind a key whose value is a list", "a: # c\n  - x\n", map(comment(" c"), ["a", ["x"]])],
    ["behind a key whose value is a list without indentation", "a: # c\n- x\n", map(comment(" c"), ["a", ["x"]])],
    [
      "behind a list in brackets",
      "a: [1] # c\nb: {x: 1} # d\n",
      map(["a", [comment(" c"), 1n]], ["b", map(comment(" d"), ["x", 1n])]),
    ],
    ["behind an alias", "a: &x 1\nb: *x # c\n", map(["a", 1n], inline(" c"), ["b", 1n])],
    ["behind an anchor", "a: &x # c\n  b: 1\n", map(["a", map(comment(" c"), ["b", 1n])])],
    ["behind a tag", "a: !!map # c\n  b: 1\n", map(["a", map(comment(" c"), ["b", 1n])])],
    ["behind ?", "? a # c\n: 1 # d\n", map(comment(" c"), inline(" d"), ["a", 1n])],
    ["behind - before a list", "a:\n  - # c\n    - x\n    - y\n", map(["a", [[comment(" c"), "x", "y"]]])],
    ["behind - before a mapping", "a:\n  - # c\n    b: 1\n", map(["a", [map(comment(" c"), ["b", 1n])]])],
    ["behind - before an element on its own line", "a:\n  - # c\n    x\n", map(["a", [comment(" c"), "x"]])],
    [
      "behind a value, going on below",
      "a: 1 # c\n     # d\nb: 2\n",
      map(inline(" c"), ["a", 1n], comment(" d"), ["b", 2n]),
    ],
    ["behind a block scalar's |", "a: | # c\n  x\nb: 1\n", map(inline(" c"), ["a", "x\n"], ["b", 1n])],
    ["below a block scalar", "a: |\n  x\n# c\nb: 1\n", map(["a", "x\n"], comment(" c"), ["b", 1n])],
    ["deeper than the next key", "a:\n  b: 1\n  # c\nd: 2\n", map(["a", map(["b", 1n], comment(" c"))], ["d", 2n])],
    [
      "deeper than the next key, below an empty line",
      "a:\n  b: 1\n\n  # c\nd: 2\n",
      map(["a", map(["b", 1n], comment(" c"))], ["d", 2n]),
    ],
    ["in the column of the next key", "a:\n  b: 1\n# c\nd: 2\n", map(["a", map(["b", 1n])], comment(" c"), ["d", 2n])],
    [
      "in the column of the next key, with an empty line below",
      "a:\n  b: 1\n# c\n\nd: 2\n",
      map(["a", map(["b", 1n])], comment(" c"), ["d", 2n]),
    ],
    ["between the two columns", "a:\n    b: 1\n  # c\nd: 2\n", map(["a", map(["b", 1n], comment(" c"))], ["d", 2n])],
    [
      "at both columns",
      "a:\n  b: 1\n  # c\n# d\nd: 2\n",
      map(["a", map(["b", 1n], comment(" c"))], comment(" d"), ["d", 2n]),
    ],
    [
      "of three blocks that end at once",
      "a:\n  b:\n    c: 1\n    # c\n  # b\n# a\nd: 2\n",
      map(["a", map(["b", map(["c", 1n], comment(" c"))], comment(" b"))], comment(" a"), ["d", 2n]),
    ],
    ["below the last item", "a: 1\n# c\n", map(["a", 1n], comment(" c"))],
    ["below the last item and an empty line", "a: 1\n\n# c\n\n# d\n", map(["a", 1n], comment(" c"), comment(" d"))],
    ["below a value, with an empty line below", "a: 1\n# c\n\nb: 2\n", map(["a", 1n], comment(" c"), ["b", 2n])],
    ["below a value, with empty lines around", "a: 1\n\n# c\n\nb: 2\n", map(["a", 1n], comment(" c"), ["b", 2n])],
    ["below an element", "a:\n  - x\n  # c\n\n  - y\n  # d\n", map(["a", ["x", comment(" c"), "y", comment(" d")]])],
    [
      "below an element of a list without indentation",
      "a:\n- x\n# c\n- y\n# d\nb: 1\n",
      map(["a", ["x", comment(" c"), "y"]], comment(" d"), ["b", 1n]),
    ],
    [
      "above an element that is a mapping",
      "a:\n  # c\n  - b: 1\n    c: 2\n  # d\n  - b: 3\n",
      map(["a", [comment(" c"), map(["b", 1n], ["c", 2n]), comment(" d"), map(["b", 3n])]]),
    ],
    ["above an element that is a list", "a:\n  # c\n  - - x\n", map(["a", [comment(" c"), ["x"]]])],
    ["above the first key of an element", "a:\n  -\n    # c\n    b: 1\n", map(["a", [map(comment(" c"), ["b", 1n])]])],
    ["between a key and its value", "a:\n  # c\n  b\n", map(comment(" c"), ["a", "b"])],
    ["between a key and its mapping, outdented", "a:\n# c\n  b: 1\n", map(["a", map(comment(" c"), ["b", 1n])])],
    ["between ? and :", "? a\n# c\n: 1\n", map(comment(" c"), ["a", 1n])],
    [
      "in brackets",
      "a: [ # a\n  x, # b\n  # c\n  y # d\n  # e\n  ]\n",
      map(["a", [inline(" b"), "x", comment(" c"), inline(" d"), "y", comment(" e")]]),
    ],
    [
      "in braces",
      "a: { # a\n  x: 1, # b\n  # c\n  y: # d\n    2 # e\n  # f\n  }\n",
      map(["a", map(inline(" b"), ["x", 1n], comment(" c"), inline(" d"), inline(" e"), ["y", 2n], comment(" f"))]),
    ],
    ["before ---", "# a\n---\n# b\na: 1\n", map(comment(" a"), comment(" b"), ["a", 1n])],
    ["behind ---", "--- # a\na: 1\n", map(comment(" a"), ["a", 1n])],
    ["behind ---, of a document without content", "a: 1\n--- # c\n", map(["a", 1n]), map(comment(" c"))],
    ["around ...", "a: 1\n# a\n...\n# b\n---\nb: 2\n", map(["a", 1n], comment(" a")), map(comment(" b"), ["b", 2n])],
    [
      "of several documents",
      "# a\na: 1\n# b\n---\n# c\nb: 2 # d\n# e\n",
      map(comment(" a"), ["a", 1n], comment(" b")),
      map(comment(" c"), inline(" d"), ["b", 2n], comment(" e")),
    ],
    ["of a document that is null", "# a\n---\n# b\n~ # c\n# d\n", map(comment(" a"), comment(" b"), comment(" c"))],
    [
      "of a mapping that is copied by an alias",
      "a: &x\n  # h\n  b: 1 # l\n  # f\nc: *x\n",
      map(
        ["a", map(comment(" h"), inline(" l"), ["b", 1n], comment(" f"))],
        ["c", map(comment(" h"), inline(" l"), ["b", 1n], comment(" f"))],
      ),
    ],
    [
      "of a list that is copied by an alias",
      "a: &x # l\n  # h\n  - 1 # i\n  # f\nc: *x\n",
      map(
        ["a", [comment(" h"), inline(" l"), inline(" i"), 1n, comment(" f")]],
        ["c", [comment(" h"), inline(" l"), inline(" i"), 1n, comment(" f")]],
      ),
    ],
    [
      "of a scalar that is copied by an alias",
      "# h\na: &x 1 # l\n# f\n\nc: *x\n",
      map(comment(" h"), inline(" l"), ["a", 1n], comment(" f"), ["c", 1n]),
    ],
    [
      "lost above the end of a mapping in braces",
      "a: {\n  b: 1\n  # c\n\n  # d\n  }\n",
      map(["a", map(["b", 1n], comment(" c"))], comment(" d")),
    ],
    ["without text", "#\na: 1 #\n# \n", map(comment(""), inline(""), ["a", 1n], comment(" "))],
    [
      "with carriage returns",
      "a: 1\r\n# c\r\nb: 2 # d\r\n  # e\r\nc: 3\r\n",
      map(["a", 1n], comment(" c"), inline(" d"), ["b", 2n], comment(" e"), ["c", 3n]),
    ],
    ["with carriage returns, in a list", "a:\r\n  - x\r\n  # c\r\n  - y\r\n", map(["a", ["x", comment(" c"), "y"]])],
    [
      "with NEL as line break",
      "a: 1\u0085# c\u0085# d\u0085b: 2\n",
      map(["a", 1n], comment(" c"), comment(" d"), ["b", 2n]),
    ],
    ["with LS as line break", "a: 1\u2028# c\u2028b: 2\n", map(["a", 1n], comment(" c"), ["b", 2n])],
    [
      "at the end, without a line break, within the inner block's indentation",
      "5:\n        k:\n  # é 😀",
      map([key("int", "5"), map(["k", null])], comment(" é 😀")),
    ],
    [
      "at the end, without a line break, beyond the inner block's column",
      "5:\n        k:\n  # é 😀..",
      map([key("int", "5"), map(["k", null], comment(" é 😀.."))]),
    ],
    [
      "more than 511 blanks behind a value",
      `a: 1${" ".repeat(511)}# c\nb: 1${" ".repeat(512)}# d\nc: 1\n`,
      map(inline(" c"), ["a", 1n], inline(" d"), ["b", 1n], ["c", 1n]),
    ],
    [
      "more than 511 line breaks above a key",
      `a: 1\n# c${"\n".repeat(520)}# d\nb: 2\n`,
      map(["a", 1n], comment(" c"), comment(" d"), ["b", 2n]),
    ],
    [
      "below a dedented key's previous block",
      "a:\n    - x\n   # c\n\n   # d\nb: 1\n",
      map(["a", ["x"]], comment(" c"), comment(" d"), ["b", 1n]),
    ],
    ["further left than a block, then in it", "a:\n  - x\n# c\n  - y\n", map(["a", ["x", comment(" c"), "y"]])],
    [
      "behind a list's last element, then below",
      "a:\n  - x # c\n  # d\n# e\nb: 1\n",
      map(["a", [inline(" c"), "x", comment(" d")]], comment(" e"), ["b", 1n]),
    ],
    [
      "above and behind an empty value",
      "# a\na: # b\n# c\nb: # d\n",
      map(comment(" a"), comment(" b"), ["a", null], comment(" c"), comment(" d"), ["b", null]),
    ],
    [
      "behind nested elements",
      "a:\n  - - x # c\n    # d\n    - y # e\n  # f\n",
      map(["a", [[inline(" c"), "x", comment(" d"), inline(" e"), "y"]]], comment(" f")),
    ],
    [
      "above an alias in a list",
      "a: &x {b: 1}\nc:\n  # h\n  - *x # l\n  # f\n",
      map(["a", map(["b", 1n])], ["c", [comment(" h"), inline(" l"), map(["b", 1n]), comment(" f")]]),
    ],
    ["above a flow key", "{ # a\n# b\na: 1 } # c\n", map(comment(" c"), comment(" b"), ["a", 1n])],
    ["below directives", "%YAML 1.1 # a\n# b\n---\na: 1\n", map(comment(" b"), ["a", 1n])],
  ])("%s stands where sops has it", (_, text, ...branches) => {
    expect(loadYaml(encodeUtf8(text))).toEqual(branches);
  });
});
