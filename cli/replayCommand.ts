import type { Command } from "commander";
import { checkPreviousRun } from "../evaluation/replay/readPreviousRun.ts";
import { type Replay, replay, replayStored } from "../evaluation/replay/replay.ts";
import { ReplayMismatch } from "../evaluation/replay/replayMismatch.ts";
import { writeHtmlReport } from "../evaluation/report/writeHtmlReport.ts";
import { reportJson } from "../evaluation/report.ts";
import { readBlobHash } from "../evaluation/store/blobStore.ts";
import { openStore } from "../evaluation/store/openStore.ts";
import type { Pack } from "../evaluation/suite/pack.ts";
import { evaluationTable } from "./evaluationTable.ts";
import { exitCode, type Finish, UsageError } from "./exitCode.ts";
import { loadPacks, packOption } from "./packOption.ts";
import type { Surroundings } from "./surroundings.ts";

interface ReplayFlags {
  readonly store?: string;
  readonly previous?: string;
  readonly pack: readonly string[];
  readonly html?: true;
  readonly json?: true;
}

const example = `
Examples:
  assay replay .assay/evaluations/2026-05-01T12-00-00-000Z
  assay replay 0x5f…e1 --store s3://bucket/prefix
  assay replay 0x5f…e1 --store http://127.0.0.1:42110/evidence`;

export function addReplayCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  const { stdout, stderr } = surroundings;
  program
    .command("replay")
    .description("derive plan, grades, sums, root and word again from evidence; exit 0 only on identity to the bit")
    .argument("<evidence>", "evidence folder or .ndjson blob, or a blob's hash with --store")
    .option("--store <place>", "folder, s3://bucket/prefix, or a node's …/evidence")
    .option("--previous <evidence>", "evidence of the version before, to hold the questions asked again against")
    .addOption(packOption())
    .option("--html", "write report.html beside the blob: charts and every item on one page")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (evidence: string, flags: ReplayFlags) => {
      const { json, html } = flags;
      if (html && flags.store !== undefined)
        throw new UsageError("--html goes with a blob or folder on this disk, not with --store");
      const packs = await loadPacks(flags.pack);
      const replayed = await replayFrom(evidence, { ...flags, packs }, surroundings);
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

async function replayFrom(
  evidence: string,
  { store: place, previous, packs }: ReplayFlags & { readonly packs: readonly Pack[] },
  { env }: Surroundings,
): Promise<Replay> {
  if (place === undefined) return replayWith(evidence, previous, packs);
  if (previous !== undefined)
    throw new UsageError("--previous goes with a blob or folder on this disk, not with --store");
  const hash = readBlobHash(evidence);
  if (hash === null) throw new UsageError(`${evidence}: expected a blob's hash, 0x and 64 hex digits, with --store`);
  return replayStored(openStore(place, env), hash, packs);
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
