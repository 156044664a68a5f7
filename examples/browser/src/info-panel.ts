import type { FileInfo, KeyInfo, SelectionRule } from "sops-ts";
import { element, icon } from "./element.ts";

const kinds: Readonly<Record<KeyInfo["kind"], string>> = {
  age: "age",
  pgp: "PGP",
  kms: "AWS KMS",
  gcp_kms: "GCP KMS",
  azure_kv: "Azure",
  hc_vault: "Vault",
  hckms: "Huawei",
};

/** What a file tells of itself to everyone. */
export function infoPanel({ keyGroups, groupsNeeded, lastModified, version, selection }: FileInfo): HTMLElement {
  const several = keyGroups.length > 1;
  return element(
    "section",
    { class: "panel", "aria-label": "About this file" },
    element("h2", {}, icon("users"), "Who can open it"),
    several &&
      element("p", { class: "note" }, `Keys of ${groupsNeeded} of these ${keyGroups.length} groups are needed.`),
    ...keyGroups.map((group, index) =>
      element(
        "div",
        { class: "group" },
        several && element("h3", {}, `Group ${index + 1}`),
        element("ul", { class: "recipients" }, ...group.map(recipient)),
      ),
    ),
    element(
      "dl",
      {},
      fact("Last changed", time(lastModified)),
      fact("Encrypted", ruleText(selection)),
      fact("Written by", `sops ${version}`),
    ),
  );
}

function recipient({ kind, key }: KeyInfo): HTMLElement {
  return element(
    "li",
    { title: key },
    element("span", { class: "tag" }, kinds[kind]),
    element("code", {}, element("span", { class: "start" }, key.slice(0, -8)), element("span", {}, key.slice(-8))),
  );
}

function fact(name: string, value: string | Node): HTMLElement {
  return element("div", {}, element("dt", {}, name), element("dd", {}, value));
}

function time(text: string): HTMLElement {
  const date = new Date(text);
  const known = !Number.isNaN(date.getTime());
  const shown = known ? date.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" }) : text;
  return element("time", known ? { datetime: text, title: text } : {}, shown);
}

/** Which leaves a rule encrypts, as a person would say it. */
export function ruleText(rule: SelectionRule | undefined): Node {
  const { name, value } = rule ?? { name: "unencryptedSuffix", value: "_unencrypted" };
  const code = element("code", {}, value);
  const texts: Readonly<Record<SelectionRule["name"], string>> = {
    unencryptedSuffix: "all but keys that end in ",
    encryptedSuffix: "keys that end in ",
    unencryptedRegex: "all but keys that match ",
    encryptedRegex: "keys that match ",
    unencryptedCommentRegex: "all but what follows a comment that matches ",
    encryptedCommentRegex: "what follows a comment that matches ",
  };
  return element("span", {}, texts[name], code);
}
