import type { Details } from "../../evaluation.ts";
import type { Html } from "../charts/html.ts";
import { lineChart } from "../charts/lineChart.ts";
import { panel } from "../charts/panel.ts";
import { percent, shortPercent } from "../figures.ts";
import { shareBps, shareLowerBound, shareWords } from "../shares.ts";

/** The same questions under ever tighter standards. */
export function tighteningPanel({ tightening, evenness }: Details): Html {
  const { questions, loose, strict, repeated, perturbed } = tightening;
  const steps = [
    ["τ1", "a lenient reader finds the answer", loose],
    ["τ2", "exactly as asked for", strict],
    ["τ3", "exactly, five times of five", repeated],
    ["τ4", "and however the request is written", perturbed],
  ] as const;
  const shares = steps.map(([name, meaning, right]) => ({ name, meaning, share: { right, of: questions } }));
  return panel({
    id: "tightening",
    title: "As the standard tightens",
    explanation: `The same ${questions} questions: right for a lenient reader (τ1), exactly (τ2), five times of five (τ3), and in every variant (τ4). A demo shows τ1; production gets τ4. Evenness, the weakest family over the mean of all: ${shortPercent(evenness)}.`,
    chart: lineChart({
      categories: shares.map(({ name }) => name),
      series: [
        {
          name: "right",
          points: shares.map(({ share }) => (questions === 0 ? null : shareBps(share))),
          lowerBounds: shares.map(({ share }) => (questions === 0 ? null : shareLowerBound(share))),
        },
      ],
      axis: ["100 %", "0 %"],
      summary: shares.map(({ name, share }) => `${name}: ${shareWords(share)}`).join(", "),
    }),
    table: {
      head: ["standard", "right", "share", "lower bound"],
      rows: [
        ...shares.map(({ name, meaning, share }) => [
          `${name}: ${meaning}`,
          shareWords(share),
          percent(shareBps(share)),
          percent(shareLowerBound(share)),
        ]),
        ["evenness", "–", percent(evenness), "–"],
      ],
    },
  });
}
