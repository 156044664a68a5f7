/**
 * The key source for age: native and SSH recipients, and plugins.
 *
 * @packageDocumentation
 */
export { age } from "../keys/age/age.ts";
