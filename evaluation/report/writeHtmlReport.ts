import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Pack } from "../suite/pack.ts";
import { htmlReport } from "./htmlReport.ts";
import { readTranscript } from "./readTranscript.ts";

/**
 * Writes `report.html` beside a blob, in one step.
 * @param packs private packs that the suite commits to
 * @returns the path of the page
 * @throws ReplayMismatch when the blob does not replay
 */
export async function writeHtmlReport(blobPath: string, packs: readonly Pack[] = []): Promise<string> {
  const page = await htmlReport(await readTranscript(blobPath, packs));
  const path = join(dirname(blobPath), "report.html");
  const draft = `${path}.draft-${process.pid}`;
  await writeFile(draft, page);
  await rename(draft, path);
  return path;
}
