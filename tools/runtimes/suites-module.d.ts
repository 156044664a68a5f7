/** Made by the bundler: the test files of a bundle. */
declare module "suites" {
  export const suites: import("./run-suites.ts").Suites;
}
