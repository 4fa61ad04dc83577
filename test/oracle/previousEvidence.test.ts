import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { previousEvidence } from "../../oracle/node/previousEvidence.ts";

const [first, second] = [`0x${"11".repeat(32)}`, `0x${"22".repeat(32)}`] as const;
const assignment = { modelId: 7n, versionId: second, digest: second, manifestUri: "" };
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "assay-evidence-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Leaves a report as a node's evaluation does. @returns its folder */
function measured(round: number, report: unknown): string {
  const folder = join(dir, `round-${round}`, "model-7");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "report.json"), typeof report === "string" ? report : JSON.stringify(report));
  return folder;
}

const reportOf = (versionId: string, voided = false) => ({ voided, context: { versionId } });

test("default: the newest evidence of another version, from an earlier round", async () => {
  measured(9, reportOf(first));
  const folder = measured(10, reportOf(first));
  measured(11, reportOf(second));
  measured(12, reportOf(first));
  expect(await previousEvidence(dir, 12n, assignment)).toBe(folder);
});

test("behavior: runs that were invalid, and reports that are none, are passed over", async () => {
  const folder = measured(3, reportOf(first));
  measured(4, reportOf(first, true));
  measured(5, "{");
  expect(await previousEvidence(dir, 6n, assignment)).toBe(folder);
});

test("behavior: a first version has none, nor has a node that never measured", async () => {
  measured(1, reportOf(second));
  expect(await previousEvidence(dir, 2n, assignment)).toBeUndefined();
  expect(await previousEvidence(join(dir, "none"), 2n, assignment)).toBeUndefined();
});
