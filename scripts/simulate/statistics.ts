/**
 * How far the evaluation's figures can be trusted, computed exactly: figures for docs/evaluation.md. `--json`, `--write`, `--check`.
 */
import { parseArgs } from "node:util";
import { defaultPolicy } from "../../domain/policy.ts";
import { loadSuite } from "../../evaluation/suite/suite.ts";
import { reportOptions, show } from "./report.ts";
import { statisticsMarkdown } from "./statistics/statisticsMarkdown.ts";
import { statisticsRows } from "./statistics/statisticsRows.ts";

const { values } = parseArgs({ options: reportOptions });
const figures = statisticsRows(await loadSuite(), defaultPolicy);
const markdown = statisticsMarkdown(figures);
process.exitCode = show(
  { page: "evaluation.md", block: "statistics", script: "statistics", figures, markdown },
  values,
);
