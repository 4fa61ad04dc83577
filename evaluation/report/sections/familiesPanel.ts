import { familyNames } from "../../../domain/families.ts";
import type { Evaluation } from "../../evaluation.ts";
import { type Bar, barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { percent } from "../figures.ts";
import type { FamilyStanding, Standing } from "../verdictOf.ts";

const standingWords = {
  clears: "reaches its floor",
  unproven: "not proven",
  below: "below its floor",
  ungated: "no floor",
  unmeasured: "not measured",
  moot: "no verdict",
} as const satisfies Record<Standing, string>;

const tones = {
  clears: { tone: "good" },
  unproven: { tone: "open" },
  below: { tone: "bad" },
  ungated: {},
  unmeasured: {},
  moot: {},
} as const satisfies Record<Standing, Pick<Bar, "tone">>;

/** The families' scores with lower bounds, held against the floors. */
export function familiesPanel({ families }: Evaluation, standing: readonly FamilyStanding[]): Html {
  const bars = standing.map((row): Bar => {
    const { score, lowerBound, measured } = families[row.family];
    const text = measured ? `${percent(score)} · ${standingWords[row.standing]}` : standingWords[row.standing];
    return {
      label: labelOf(row),
      length: score,
      text,
      ...(measured && { lowerBound }),
      floor: row.floorBps,
      ...tones[row.standing],
    };
  });
  return panel({
    id: "families",
    title: "Families",
    explanation:
      "A bar ends at the score. Its bracket reaches down to the lower bound: what the score is at least, given how few items were asked. The upright line is the floor of the default standards, which the lower bound has to reach.",
    chart: barRows(bars),
    table: {
      head: ["family", "score", "lower bound", "floor", "items", "standing"],
      rows: standing.map((row) => {
        const { score, lowerBound, measured, items } = families[row.family];
        const figures = measured ? [percent(score), percent(lowerBound)] : ["–", "–"];
        const floor = row.floorBps === 0 ? "–" : percent(row.floorBps);
        return [labelOf(row), ...figures, floor, items, standingWords[row.standing]];
      }),
    },
  });
}

function labelOf({ family }: FamilyStanding): string {
  return `${family} ${familyNames[family]}`;
}
