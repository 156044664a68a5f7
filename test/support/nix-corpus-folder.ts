import { fileURLToPath } from "node:url";

/** What the programs of the NixOS setup made: manifests with their results, converted SSH keys, key files. See its README. */
export const nixCorpusFolder = fileURLToPath(new URL("../../fixtures/corpus-nix", import.meta.url));
