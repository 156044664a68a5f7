/*
 * Runs the suites in a page of a browser; who opened the page waits for `report`.
 */
import { suites } from "suites";
import { runSuites } from "../run-suites.ts";

Object.assign(globalThis, { report: runSuites(suites) });
