import { describe, expect, it } from "vitest";
import { parseConnectionString } from "../../../src/cli/audit/connection-string.ts";

function parsed(text: string): Record<string, string> {
  return Object.fromEntries(parseConnectionString(text));
}

describe("a connection string of pairs", () => {
  it.each([
    ["", {}],
    ["  ", {}],
    ["host=h", { host: "h" }],
    [" host = h  port\t=\n5 ", { host: "h", port: "5" }],
    ["a=1 a=2", { a: "2" }],
    ["password='a b' user=''", { password: "a b", user: "" }],
    [String.raw`password='it\'s \\ x'`, { password: String.raw`it's \ x` }],
    [String.raw`password=a\ b\'c`, { password: "a b'c" }],
    ["password=a'b", { password: "a'b" }],
    ["a='b'c=d", { a: "b", c: "d" }],
    ["a= b=c", { a: "b=c" }],
    ["a=", { a: "" }],
    ["host=ü password='ö=ä'", { host: "ü", password: "ö=ä" }],
  ])("is read: %j", (text, settings) => {
    expect(parsed(text)).toEqual(settings);
  });

  it.each([
    ["hunter2", /a "=" or a value is missing \(in its 1st part\)/],
    ["host=h hunter2", /\(in its 2nd part\)/],
    ["host=h hunter2 port=1", /\(in its 2nd part\)/],
    ["a=1 b=2 c=3 hunter2", /\(in its 4th part\)/],
    ["password='hunter2", /a quote is not closed \(in its 1st part\)/],
    [String.raw`host=h password='hunter2\'`, /a quote is not closed \(in its 2nd part\)/],
    ["password=hunter2\\", /malformed/],
  ])("is refused without a word of it: %j", (text, message) => {
    expect(() => parsed(text)).toThrow(message);
    expect(() => parsed(text)).not.toThrow(/hunter2/);
  });
});

describe("a connection string that is a URL", () => {
  it.each([
    ["postgres://", {}],
    ["postgres://h", { host: "h" }],
    ["postgresql://h:5/d", { host: "h", port: "5", dbname: "d" }],
    ["postgres://u@h/", { user: "u", host: "h" }],
    ["postgres://u:p@h/d", { user: "u", password: "p", host: "h", dbname: "d" }],
    ["postgres://u:p%40%2f%3A@h", { user: "u", password: "p@/:", host: "h" }],
    ["postgres://u:p@q@h", { user: "u", password: "p@q", host: "h" }],
    ["postgres://u:a:b@h", { user: "u", password: "a:b", host: "h" }],
    ["postgres://u:a+b@h", { user: "u", password: "a+b", host: "h" }],
    ["postgres://u:@h:", { user: "u", host: "h" }],
    ["postgres://[::1]:5/d", { host: "::1", port: "5", dbname: "d" }],
    ["postgres://u@::1/d", { user: "u", host: "::1", dbname: "d" }],
    ["postgres://a,b/d?port=1,2", { host: "a,b", dbname: "d", port: "1,2" }],
    ["postgres:///d?host=/run/x", { dbname: "d", host: "/run/x" }],
    [
      "postgres://h/a%20b?sslmode=disable&x=1+2&x=3&y=&bad%=1",
      { host: "h", dbname: "a b", sslmode: "disable", x: "1 2" },
    ],
    ["postgres://h/d#?sslmode=disable", { host: "h", dbname: "d" }],
  ])("is read: %s", (text, settings) => {
    expect(parsed(text)).toEqual(settings);
  });

  it.each([
    "postgres://u:hunter2/x@h",
    "postgres://u:hunter2#x@h",
    "postgres://u:hunter2 @h",
    "postgres://u:hunter2%zz@h",
    "postgres://u:hunter2@h:5x",
    "postgres://u:hunter2@h:1:2",
    "postgres://u:hunter2@%2Frun%2Fx/d",
    "postgres://u:hunter2@[::1/d",
    "postgres://u:hunter2@h\n/d",
    "postgres://u:hunter2@a b/d",
    "postgres://u:hunter2@h/%",
  ])("is refused without a word of it: %j", (text) => {
    expect(() => parsed(text)).toThrow(/^the connection string is no URL: /);
    expect(() => parsed(text)).not.toThrow(/hunter2/);
  });
});
