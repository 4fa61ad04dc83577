import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Hex } from "viem";
import { z } from "zod";
import type { Assignment } from "./versionsToMeasure.ts";

/** Rounds looked back at most. */
const maxRounds = 256;

const reportSchema = z.object({ voided: z.boolean(), context: z.object({ versionId: z.string() }) });

/**
 * The newest valid evidence that this node still has of another version of the same model: only current versions are measured, so
 * that it is the version before. Undefined when there is none.
 */
export async function previousEvidence(
  evidenceDir: string,
  roundId: bigint,
  { modelId, versionId }: Pick<Assignment, "modelId" | "versionId">,
): Promise<string | undefined> {
  const names = await readdir(evidenceDir).catch(() => []);
  const rounds = names.flatMap((name) => /^round-(\d{1,20})$/.exec(name)?.[1] ?? []).map(BigInt);
  const before = rounds.filter((round) => round < roundId).sort((a, b) => (a > b ? -1 : 1));
  for (const round of before.slice(0, maxRounds)) {
    const folder = join(evidenceDir, `round-${round}`, `model-${modelId}`);
    const measured = await versionIn(folder);
    if (measured !== undefined && measured !== versionId) return folder;
  }
  return undefined;
}

/** Whose evidence a folder holds; undefined where there is no valid run. */
async function versionIn(folder: string): Promise<Hex | undefined> {
  const text = await readFile(join(folder, "report.json"), "utf8").catch(() => "null");
  const report = reportSchema.safeParse(parse(text));
  if (!report.success || report.data.voided) return undefined;
  const { versionId } = report.data.context;
  return versionId.startsWith("0x") ? `0x${versionId.slice(2)}` : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
