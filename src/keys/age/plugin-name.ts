import { decodeBech32 } from "./bech32.ts";

/** The name of a plugin, in lower case: its program is `age-plugin-NAME`. Or what is wrong with the text that should have it. */
export type PluginName = { readonly name: string } | { readonly problem: string };

/** The plugin of an identity, `AGE-PLUGIN-NAME-1…`. No problem holds a part of the text but the name. */
export function pluginOfIdentity(text: string): PluginName {
  const decoded = decodeBech32(text);
  if (typeof decoded === "string") return { problem: `invalid identity encoding: ${decoded}` };
  const name = /^AGE-PLUGIN-(.*)-$/.exec(decoded.prefix)?.[1];
  return name === undefined ? { problem: "not a plugin identity" } : checkName(name.toLowerCase());
}

/** The plugin of a recipient, `age1NAME1…`. */
export function pluginOfRecipient(text: string): PluginName {
  const decoded = decodeBech32(text);
  if (typeof decoded === "string") return { problem: `invalid recipient encoding: ${decoded}` };
  return checkName(decoded.prefix.slice("age1".length));
}

/** The name becomes a part of a program's: nothing in it may lead elsewhere. */
function checkName(name: string): PluginName {
  return /^[A-Za-z0-9+\-._]+$/.test(name) ? { name } : { problem: `invalid plugin name: ${JSON.stringify(name)}` };
}
