import type { Command } from "commander";
import { replay } from "../evaluation/replay/replay.ts";
import { writeHtmlReport } from "../evaluation/report/writeHtmlReport.ts";
import { reportJson } from "../evaluation/report.ts";
import { evaluationTable } from "./evaluationTable.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Example:
  assay replay .assay/evaluations/2026-05-01T12-00-00-000Z`;

export function addReplayCommand(program: Command, { stdout, stderr }: Surroundings, finish: Finish): void {
  program
    .command("replay")
    .description("derive plan, grades, sums, root and word again from evidence; exit 0 only on identity to the bit")
    .argument("<evidence>", "evidence folder or .ndjson blob")
    .option("--html", "write report.html beside the blob: charts and every item on one page")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (path: string, { json, html }: { json?: true; html?: true }) => {
      const replayed = await replay(path);
      if (replayed.ok) {
        const { evaluation } = replayed;
        const page = html ? await writeHtmlReport(evaluation.path) : undefined;
        const report = { ok: true, evaluation: JSON.parse(reportJson(evaluation)), path: evaluation.path, page };
        stdout(json ? `${JSON.stringify(report)}\n` : `${evaluationTable(evaluation, page)}\nidentical to the bit\n`);
        return finish(exitCode.done);
      }
      if (json) stdout(`${JSON.stringify(replayed)}\n`);
      else stderr(`not identical: ${replayed.where}: ${replayed.why}\n`);
      finish(exitCode.failed);
    });
}
