import { cipher as chosen } from "#cipher";
import { cipher as noble } from "../../src/crypto/noble.ts";
import { cipherContract } from "./cipher-contract.ts";
import { nobleFunctions } from "./noble-functions.ts";

cipherContract(noble, chosen, nobleFunctions);
