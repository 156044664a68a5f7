import { describe, expect, it } from "vitest";
import { SopsError } from "../../src/errors.ts";
import { flags as flagsNamed, type FlagName } from "../../src/cli/flag-table.ts";
import { environmentValues, parseFlags, parseLeadingFlags, type FlagValues } from "../../src/cli/flags.ts";
import { flagsOf, program } from "../../src/cli/table.ts";

const some = flagsNamed(
  "in-place",
  "output",
  "age",
  "keyservice",
  "enable-local-keyservice",
  "shamir-secret-sharing-threshold",
  "network",
  "help",
);

function shown(given: FlagValues): Record<string, unknown> {
  const value = (name: FlagName): unknown =>
    given.integer(name) ?? (given.list(name).length > 0 ? given.list(name) : given.text(name) || given.boolean(name));
  return Object.fromEntries(given.names().map((name) => [name, value(name)]));
}

function mistakeOf(parse: () => unknown): SopsError {
  try {
    parse();
  } catch (error) {
    if (error instanceof SopsError) return error;
    throw error;
  }
  return expect.fail("nothing was refused");
}

describe("flags of a command", () => {
  it.each([
    ["--output x f", { output: "x" }, ["f"]],
    ["--output=x f", { output: "x" }, ["f"]],
    ["-output x f", { output: "x" }, ["f"]],
    ["-output=x f", { output: "x" }, ["f"]],
    ["--output= f", { output: false }, ["f"]],
    ["--output a=b f", { output: "a=b" }, ["f"]],
    ["--output=a=b f", { output: "a=b" }, ["f"]],
    ["-i f", { "in-place": true }, ["f"]],
    ["--i f", { "in-place": true }, ["f"]],
    ["--in-place f", { "in-place": true }, ["f"]],
    ["--in-place=T f", { "in-place": true }, ["f"]],
    ["--in-place=FALSE f", { "in-place": false }, ["f"]],
    ["-i=0 f", { "in-place": false }, ["f"]],
    ["-i -i=false f", { "in-place": false }, ["f"]],
    ["--output a --output b f", { output: "b" }, ["f"]],
    ["--keyservice a --keyservice=b f", { keyservice: ["a", "b"] }, ["f"]],
    ["--shamir-secret-sharing-threshold 0x1F f", { "shamir-secret-sharing-threshold": 31 }, ["f"]],
    ["--shamir-secret-sharing-threshold -1 f", { "shamir-secret-sharing-threshold": -1 }, ["f"]],
    ["--shamir-secret-sharing-threshold 017 f", { "shamir-secret-sharing-threshold": 15 }, ["f"]],
    ["--shamir-secret-sharing-threshold 0b1_1 f", { "shamir-secret-sharing-threshold": 3 }, ["f"]],
    ["--net unix f", { network: "unix" }, ["f"]],
    ["f --output x", { output: "x" }, ["f"]],
    ["f -i --age R", { "in-place": true, age: "R" }, ["f"]],
    ["-i f --age R", { "in-place": true, age: "R" }, ["f"]],
    ["--age -i f", { age: "-i" }, ["f"]],
    ["--age -- f", { age: "--" }, ["f"]],
    ["f -- -i", {}, ["f", "-i"]],
    ["-i -- -x", { "in-place": true }, ["-x"]],
    ["- f", {}, ["-", "f"]],
    ["f --nope --age R", { age: "R" }, ["f", "--nope"]],
    ["f --output x --nope", { output: "x" }, ["f", "--nope"]],
    ["f -i=true --nope", { "in-place": true }, ["f", "--nope"]],
    ["f -5", {}, ["f", "-5"]],
    ["", {}, []],
  ])("takes %j apart", (line, flags, words) => {
    const parsed = parseFlags(
      some,
      line.split(" ").filter((word) => word !== ""),
    );
    expect(shown(parsed.given)).toEqual(flags);
    expect(parsed.words).toEqual(words);
  });

  it.each([
    ["--nope f", "flag provided but not defined: -nope", undefined],
    ["f -i --nope", "flag provided but not defined: -nope", undefined],
    ["-x= f", "flag provided but not defined: -x", undefined],
    ["--outptu x f", "flag provided but not defined: -outptu", "Did you mean --output?"],
    ["--inplace f", "flag provided but not defined: -inplace", "Did you mean --in-place?"],
    ["-ia f", "flag provided but not defined: -ia", "Write joined flags one by one: -i -a"],
    ["---output x", "bad flag syntax: ---output", undefined],
    ["--=x", "bad flag syntax: --=x", undefined],
    ["f --output", "flag needs an argument: -output", undefined],
    ["-i=maybe", 'invalid boolean value "maybe" for -i: parse error', "Write -i or -i=false."],
    [
      "--shamir-secret-sharing-threshold 1.5",
      'invalid value "1.5" for flag -shamir-secret-sharing-threshold: parse error',
      "--shamir-secret-sharing-threshold takes an integer.",
    ],
    [
      "--shamir-secret-sharing-threshold 99999999999999999999",
      'invalid value "99999999999999999999" for flag -shamir-secret-sharing-threshold: value out of range',
      "--shamir-secret-sharing-threshold takes an integer.",
    ],
    ["-i --in-place f", "Cannot use two forms of the same flag: i in-place", undefined],
  ])("refuses %j", (line, message, hint) => {
    const mistake = mistakeOf(() => parseFlags(some, line.split(" ")));
    expect(mistake).toMatchObject({ code: "USAGE", message });
    expect(mistake.hint).toBe(hint);
  });

  it("says of a flag of the program that it stands before the command", () => {
    const mistake = mistakeOf(() => parseFlags(some, ["--config", "x"], flagsNamed("config")));
    expect(mistake.hint).toBe("--config holds for every command and stands before it.");
  });
});

describe("flags of the program", () => {
  it.each([
    ["-d f -i", { decrypt: true }, ["f", "-i"]],
    ["--config c encrypt f", { config: "c" }, ["encrypt", "f"]],
    ["-- -d f", {}, ["-d", "f"]],
    ["- -d", {}, ["-", "-d"]],
    ["--indent -1 -d f", { indent: -1, decrypt: true }, ["f"]],
  ])("end at the first word of %j", (line, flags, words) => {
    const parsed = parseLeadingFlags(flagsOf(program), line.split(" "));
    expect(shown(parsed.given)).toEqual(flags);
    expect(parsed.words).toEqual(words);
  });
});

function values(env: Record<string, string>): FlagValues {
  return environmentValues(some, (name) => env[name]);
}

describe("the environment", () => {
  it("gives the values that no flag gives", () => {
    expect(values({ SOPS_AGE_RECIPIENTS: "R", SOPS_KEYSERVICE: "a, b" }).text("age")).toBe("R");
    expect(values({ SOPS_KEYSERVICE: "a, b" }).list("keyservice")).toEqual(["a", "b"]);
  });

  it("gives no part of a list that a flag gives", () => {
    const { given } = parseFlags(some, ["--keyservice", "c"]);
    expect(values({ SOPS_KEYSERVICE: "a,b" }).with(given).list("keyservice")).toEqual(["c"]);
  });

  it("leaves a flag without variable at its initial value", () => {
    expect(values({}).boolean("enable-local-keyservice")).toBe(true);
    expect(values({}).text("network")).toBe("tcp");
    expect(values({}).text("age")).toBe("");
  });

  it.each([
    ["", false],
    ["0", false],
    ["T", true],
  ])("reads the boolean %j", (text, value) => {
    expect(values({ SOPS_ENABLE_LOCAL_KEYSERVICE: text }).boolean("enable-local-keyservice")).toBe(value);
  });

  it("is refused where it holds no boolean", () => {
    expect(() => values({ SOPS_ENABLE_LOCAL_KEYSERVICE: "yes" })).toThrow(
      'could not parse yes as bool value for flag enable-local-keyservice: strconv.ParseBool: parsing "yes": invalid syntax',
    );
  });
});
