import type { CreationRule } from "../config/creation-rule.ts";
import { compareKeyGroups, differs, type GroupDifference } from "../core/key-groups-difference.ts";
import { describeKey } from "../core/master-key.ts";
import { defaultSelection, type MasterKey, type Metadata, type SelectionRule } from "../core/metadata.ts";
import { selectionRules } from "../core/selection.ts";
import type { Format } from "../stores/store.ts";
import type { Fault } from "./fault.ts";

/** A fault before it is known where. */
export type Complaint = Pick<Fault, "kind" | "message" | "hint">;

/**
 * Where a file's metadata is not what its rule says: master keys, threshold, selection rule. A rule that names no keys says nothing
 * of them; one that names no selection rule means `unencrypted_suffix: _unencrypted`. Binary files have no selection rule.
 */
export function compareWithRule(metadata: Metadata, rule: CreationRule, format: Format): Complaint[] {
  const keys = rule.keyGroups.some((group) => group.length > 0);
  return [
    ...(keys ? [...keyComplaints(metadata, rule), ...thresholdComplaints(metadata, rule)] : []),
    ...(format === "binary" ? [] : selectionComplaints(metadata.selection, rule.selection)),
  ];
}

function keyComplaints(metadata: Metadata, rule: CreationRule): Complaint[] {
  const differences = compareKeyGroups(metadata.keyGroups, rule.keyGroups);
  if (!differences.some(differs)) return [];
  const several = differences.length > 1;
  const parts = differences.flatMap((difference, index) => describeDifference(difference, several ? index + 1 : 0));
  return [
    {
      kind: "recipients",
      message: `the master keys are not those of the creation rule: ${parts.join("; ")}`,
      hint: "Run: sops-ts updatekeys FILE. After taking a key away also: sops-ts rotate -i FILE, and change the secrets.",
    },
  ];
}

/** @param group - counts from 1; 0: there is only one */
function describeDifference({ added, removed }: GroupDifference, group: number): string[] {
  const place = group === 0 ? "" : ` in group ${group}`;
  const names = (keys: readonly MasterKey[]): string => keys.map(describeKey).join(", ");
  return [
    ...(added.length === 0 ? [] : [`missing${place}: ${names(added)}`]),
    ...(removed.length === 0 ? [] : [`not in the rule${place}: ${names(removed)}`]),
  ];
}

/** A file of one group needs that one, whatever is written. */
function thresholdComplaints(metadata: Metadata, rule: CreationRule): Complaint[] {
  if (rule.keyGroups.length < 2 || metadata.keyGroups.length < 2) return [];
  const wanted = rule.shamirThreshold || rule.keyGroups.length;
  const present = metadata.shamirThreshold || metadata.keyGroups.length;
  if (wanted === present) return [];
  return [
    {
      kind: "threshold",
      message: `${present} key groups are needed to decrypt, and the creation rule says ${wanted}`,
      hint: "Decrypt the file and encrypt it again by the rule.",
    },
  ];
}

function selectionComplaints(present = defaultSelection, wanted = defaultSelection): Complaint[] {
  if (present.name === wanted.name && present.value === wanted.value) return [];
  return [
    {
      kind: "selection",
      message: `values are selected by ${describeSelection(present)}, and the creation rule says ${describeSelection(wanted)}`,
      hint: "Decrypt the file and encrypt it again by the rule, or write the file's rule into .sops.yaml.",
    },
  ];
}

function describeSelection({ name, value }: SelectionRule): string {
  return `${selectionRules[name].field}: ${value}`;
}
