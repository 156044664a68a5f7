import { cipher as noble } from "../../src/crypto/noble.ts";
import { cipher as node } from "../../src/crypto/node.ts";
import { cipherContract } from "./cipher-contract.ts";

cipherContract(node, noble);
