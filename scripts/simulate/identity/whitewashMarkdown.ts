import { table } from "../report.ts";
import type { Calibration } from "./calibration.ts";
import { measures } from "./comparison.ts";
import { horizon, strategies, strategyNames } from "./future.ts";
import type { SampleRow, VariantRow } from "./whitewashRows.ts";

/** Both tables with what they assume. */
export function whitewashMarkdown({
  samples,
  variants,
}: {
  samples: readonly SampleRow[];
  variants: readonly (VariantRow & Calibration)[];
}): string {
  return `**After bad days, the ways on.** A model at 97 % in every family but T, 90 days old, has bad days, then behaves. "Answers": that rate in those families;
"all": first tries too; "retries": nothing else. Each cell: day of admission · days of full weight earned in 60. Leaving means that the bond is
away for the unbonding delay; a second bond costs as many days of a bond, and no waiting. Default standards, whole scar inherited. Behaving means exactly the expected scores.

${sampleTable(samples)}

**In how many of ${variants[0]?.comparisons ?? 0} histories does it pay?** Every kind of bad days (40 to 80 %, 1 to 10 % of retries), 1 to 10 of them, records of 7 and 90 days,
models at 95 to 100 %. Left: leaving against the better of staying and one new version, by day of admission and by weight (within 60 and
120 days); with the same bond, with a second bond of the smallest size that would otherwise stand behind the old name too, and with
one that lay idle. Right: many new versions against the same. "Days lost": by a perfect model after three days at 60 % in all.

${variantTable(variants)}`;
}

function sampleTable(rows: readonly SampleRow[]): string {
  const head = ["bad days", "scar", ...strategies.map((strategy) => strategyNames[strategy])];
  const body = rows.map(({ bad, rounds, scar, outcomes }) => [
    `${rounds} × ${bad}`,
    scar.toFixed(0),
    ...outcomes.map(({ day, weight }) => `${day ?? `>${horizon}`} · ${weight.toFixed(1)}`),
  ]);
  return table([head, ...body]);
}

function variantTable(rows: readonly (VariantRow & Calibration)[]): string {
  const head = ["rules", ...measures, "newcomer", "days lost", "retries tolerated"];
  const body = rows.map(({ name, broken, newcomerRounds, daysLost, tolerated }) => [
    name,
    ...measures.map((measure) => String(broken[measure])),
    `${newcomerRounds} rounds`,
    String(daysLost),
    `${(100 * Math.max(...tolerated)).toFixed(1)} %`,
  ]);
  return table([head, ...body]);
}
