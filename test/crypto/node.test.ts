import { cipher as noble } from "../../src/crypto/noble.ts";
import { cipher as node } from "../../src/crypto/node.ts";
import { cipherContract } from "./cipher-contract.ts";
import { openssl } from "./openssl.ts";

cipherContract(node, noble, openssl);
cipherContract(noble, node, openssl);
