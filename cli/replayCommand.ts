import type { Command } from "commander";
import { checkPreviousRun } from "../evaluation/replay/readPreviousRun.ts";
import { type Replay, replay } from "../evaluation/replay/replay.ts";
import { ReplayMismatch } from "../evaluation/replay/replayMismatch.ts";
import { writeHtmlReport } from "../evaluation/report/writeHtmlReport.ts";
import { reportJson } from "../evaluation/report.ts";
import type { Pack } from "../evaluation/suite/pack.ts";
import { evaluationTable } from "./evaluationTable.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import { loadPacks, packOption } from "./packOption.ts";
import type { Surroundings } from "./surroundings.ts";

interface ReplayFlags {
  readonly previous?: string;
  readonly pack: readonly string[];
  readonly html?: true;
  readonly json?: true;
}

const example = `
Example:
  assay replay .assay/evaluations/2026-05-01T12-00-00-000Z`;

export function addReplayCommand(program: Command, { stdout, stderr }: Surroundings, finish: Finish): void {
  program
    .command("replay")
    .description("derive plan, grades, sums, root and word again from evidence; exit 0 only on identity to the bit")
    .argument("<evidence>", "evidence folder or .ndjson blob")
    .option("--previous <evidence>", "evidence of the version before, to hold the questions asked again against")
    .addOption(packOption())
    .option("--html", "write report.html beside the blob: charts and every item on one page")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (path: string, { json, html, previous, pack }: ReplayFlags) => {
      const packs = await loadPacks(pack);
      const replayed = await replayWith(path, previous, packs);
      if (replayed.ok) {
        const { evaluation } = replayed;
        const page = html ? await writeHtmlReport(evaluation.path, packs) : undefined;
        const report = { ok: true, evaluation: JSON.parse(reportJson(evaluation)), path: evaluation.path, page };
        stdout(json ? `${JSON.stringify(report)}\n` : `${evaluationTable(evaluation, page)}\nidentical to the bit\n`);
        return finish(exitCode.done);
      }
      if (json) stdout(`${JSON.stringify(replayed)}\n`);
      else stderr(`not identical: ${replayed.where}: ${replayed.why}\n`);
      finish(exitCode.failed);
    });
}

async function replayWith(path: string, previous: string | undefined, packs: readonly Pack[]): Promise<Replay> {
  const replayed = await replay(path, packs);
  if (!replayed.ok || previous === undefined) return replayed;
  try {
    await checkPreviousRun(replayed.evaluation.path, previous, packs);
    return replayed;
  } catch (error) {
    if (error instanceof ReplayMismatch) return { ok: false, where: error.where, why: error.why };
    throw error;
  }
}
