import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isTarget, targets } from "../tools/executable/targets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, ".github/workflows");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Record<string, string>;
  readonly strategy?: { readonly matrix: { readonly include: readonly { readonly file: string }[] } };
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Record<string, unknown> }[];
}

const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), "utf8");
  return { name, text, workflow: parse(text) as Workflow };
});
const release = workflows.find(({ name }) => name === "release.yml")?.workflow as Workflow;

/** The npm scripts that a text runs. */
const scriptsIn = (text: string): string[] =>
  [...text.matchAll(/npm (?:run ([\w:-]+)|(test)\b)/g)].map(([, run, test]) => run ?? test ?? "");

describe.each(workflows)("the workflow $name", ({ text, workflow }) => {
  it("runs scripts and files that there are", () => {
    expect(scriptsIn(text).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const files = [...text.matchAll(/(?<=\s)(?:\.ci|tools)\/[\w./-]+/g)].map(([path]) => path);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("may by itself only read, keeps no token for what it runs, and uses actions of a fixed major version", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    const uses = steps.flatMap((step) => (step.uses === undefined ? [] : [step]));
    expect(uses.filter((step) => !/^actions\/[\w-]+@v\d+$/.test(step.uses ?? ""))).toEqual([]);
    const checkouts = uses.filter((step) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });

  it("waits for jobs that there are", () => {
    const needed = Object.values(workflow.jobs).flatMap((job) => job.needs ?? []);
    expect(needed.filter((name) => !Object.hasOwn(workflow.jobs, name))).toEqual([]);
  });
});

describe("a release", () => {
  it("is published with its provenance, by a job that builds nothing, after all tests of what it publishes", () => {
    const { publish, build } = release.jobs;
    expect([publish?.needs].flat().sort()).toEqual(
      Object.keys(release.jobs)
        .filter((name) => name !== "publish")
        .sort(),
    );
    expect(publish?.permissions?.["id-token"]).toBe("write");
    const commands = publish?.steps.map((step) => step.run ?? "").join("\n") ?? "";
    expect(commands).toMatch(/npm publish \.\/\S+ --provenance/);
    expect(scriptsIn(commands)).toEqual([]);
    expect(publish?.steps.filter((step) => step.uses?.startsWith("actions/checkout@"))).toEqual([]);
    expect(build?.steps.map((step) => step.run ?? "").join("\n")).toContain(".ci/run");
  });

  it("tries an executable for every platform but those that differ in the C library alone", () => {
    const files = Object.values(release.jobs).flatMap(
      (job) => job.strategy?.matrix.include.map(({ file }) => file) ?? [],
    );
    const tried = files.map((file) => /^sops-ts-(.*?)(?:\.exe)?$/.exec(file)?.[1] ?? "");
    expect(tried.every(isTarget)).toBe(true);
    expect(tried.sort()).toEqual(targets.filter((name) => !name.endsWith("-musl")).sort());
  });
});

describe("the scripts of the project", () => {
  it("are there where .ci/run and CONTRIBUTING.md name them", () => {
    for (const path of [".ci/run", "CONTRIBUTING.md", "README.md"]) {
      const named = scriptsIn(readFileSync(join(root, path), "utf8"));
      expect(
        named.filter((name) => !Object.hasOwn(scripts, name)),
        path,
      ).toEqual([]);
    }
  });
});
