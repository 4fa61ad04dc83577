import type { Command } from "commander";
import { compareRuns } from "../evaluation/compare/compareRuns.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { EvaluationError } from "../evaluation/evaluationError.ts";
import { type ReplayedRun, replayBytes } from "../evaluation/replay/replayBlob.ts";
import { ReplayMismatch } from "../evaluation/replay/replayMismatch.ts";
import { comparisonTable } from "./comparisonTable.ts";
import { evidenceBytes } from "./evidenceBytes.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import { loadPacks, packOption } from "./packOption.ts";
import type { Surroundings } from "./surroundings.ts";

interface CompareFlags {
  readonly store?: string;
  readonly pack: readonly string[];
  readonly failOnWorse?: true;
  readonly json?: true;
}

/** Evidence that does not replay says nothing that could be compared. */
export class UnreplayableError extends EvaluationError {}

const example = `
Examples:
  assay compare .assay/evaluations/before .assay/evaluations/after
  assay compare 0x5f…e1 0x09…7c --store s3://bucket/runs --fail-on-worse`;

export function addCompareCommand(program: Command, { env, stdout }: Surroundings, finish: Finish): void {
  program
    .command("compare")
    .description("set two runs of one suite side by side, with the significance of every difference")
    .argument("<A>", "evidence folder or .ndjson blob, or a blob's hash with --store")
    .argument("<B>", "the same")
    .option("--store <place>", "folder, s3://bucket/prefix, or a node's …/evidence")
    .addOption(packOption())
    .option("--fail-on-worse", "exit 1 when B is significantly worse, in a family or over all items")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (first: string, second: string, flags: CompareFlags) => {
      const { failOnWorse, json } = flags;
      const [a, b] = [await replayed(first, flags, env), await replayed(second, flags, env)];
      const comparison = compareRuns(a, b);
      const report = { a: side(a.evaluation), b: side(b.evaluation), ...comparison };
      stdout(json ? `${JSON.stringify(report)}\n` : comparisonTable(a.evaluation, b.evaluation, comparison));
      const isWorse = comparison.worse.length > 0 || comparison.overall.verdict === "worse";
      finish(failOnWorse && isWorse ? exitCode.failed : exitCode.done);
    });
}

async function replayed(
  evidence: string,
  { store, pack }: CompareFlags,
  env: Surroundings["env"],
): Promise<ReplayedRun> {
  try {
    return await replayBytes(await evidenceBytes(evidence, store, env), evidence, { packs: await loadPacks(pack) });
  } catch (error) {
    if (!(error instanceof ReplayMismatch)) throw error;
    throw new UnreplayableError(`${evidence} does not replay: ${error.message}`, { cause: error });
  }
}

function side({ name, profile, seed, suiteHash, manifestDigest, evidenceHash, context }: Evaluation) {
  return { name, profile, seed, suiteHash, manifestDigest, evidenceHash, context };
}
