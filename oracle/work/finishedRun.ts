import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { lowerHex } from "../messages/message.ts";
import type { Measured, MeasureJob } from "./measureJob.ts";

/** What a folder's report must say of the run for it to be the job's. */
const reportSchema = z.object({
  voided: z.literal(false),
  profile: z.string(),
  suiteHash: lowerHex(32),
  word: lowerHex(32).transform(BigInt),
  evidenceRoot: lowerHex(32),
  evidenceHash: lowerHex(32),
  context: z.object({
    chainId: z.string(),
    contract: z.string(),
    roundId: z.string(),
    roundSeed: z.string(),
    versionId: z.string(),
    evaluator: z.string(),
  }),
});

/**
 * The job's measurement when this machine has finished it before, but was stopped before it could say so: nobody is asked the same
 * again. Undefined when there is none, or one that does not count.
 */
export async function finishedRun(folder: string, job: MeasureJob): Promise<Omit<Measured, "stored"> | undefined> {
  const text = await readFile(join(folder, "report.json"), "utf8").catch(() => undefined);
  const report = reportSchema.safeParse(parse(text));
  if (!report.success) return undefined;
  const { word, evidenceRoot, evidenceHash, suiteHash, profile, context } = report.data;
  const isTheJobs =
    suiteHash === job.suiteHash &&
    profile === job.profile &&
    context.chainId === `${job.chainId}` &&
    context.contract === job.contract &&
    context.roundId === `${job.contractId}` &&
    context.roundSeed === job.roundSeed &&
    context.versionId === job.versionId &&
    context.evaluator === job.evaluator;
  if (!isTheJobs || word === 0n) return undefined;
  const path = join(folder, `${evidenceHash}.ndjson`);
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  return isThere ? { word, evidenceRoot, evidenceHash, path } : undefined;
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
