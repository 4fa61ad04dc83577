import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EvaluationError } from "../evaluationError.ts";
import type { Pack } from "../suite/pack.ts";
import { htmlReport } from "./htmlReport.ts";
import { readTranscript } from "./readTranscript.ts";

/** The page cannot be written where the evidence lies. */
export class ReportFolderError extends EvaluationError {}

/**
 * Writes `report.html` beside a blob, in one step.
 * @param packs private packs that the suite commits to
 * @returns the path of the page
 * @throws ReplayMismatch when the blob does not replay, ReportFolderError
 */
export async function writeHtmlReport(blobPath: string, packs: readonly Pack[] = []): Promise<string> {
  const page = await htmlReport(await readTranscript(blobPath, packs));
  const path = join(dirname(blobPath), "report.html");
  const draft = `${path}.draft-${process.pid}`;
  try {
    await writeFile(draft, page);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    const reason = cause instanceof Error ? cause.message : `${cause}`;
    throw new ReportFolderError(
      `${path} cannot be written (${reason}); make room there, or copy the evidence to a folder of your own`,
      { cause },
    );
  }
  return path;
}
