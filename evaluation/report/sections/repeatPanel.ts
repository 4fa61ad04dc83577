import type { Details } from "../../evaluation.ts";
import { barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { percent, shortPercent } from "../figures.ts";
import { shareBps, shareLowerBound, shareWords } from "../shares.ts";
import type { Stratum } from "../strataOf.ts";

/** The same question five times: what stays, and what only a cache keeps. */
export function repeatPanel({ repeat }: Details, strata: readonly Stratum[]): Html {
  const rows = [
    { label: "right 5 of 5", share: repeat.alwaysRight },
    ...strata.flatMap((stratum) => (stratum.family === "R" ? [{ label: stratum.stratum, share: stratum }] : [])),
  ];
  return panel({
    id: "repeat",
    title: "Under repetition",
    explanation: `Every question is asked five times: three times to the letter, twice with a line that changes nothing but that no cache has seen. Right answers much rarer among the salted ones point to a cache. Mean agreement of the five answers: ${shortPercent(repeat.agreement)}.`,
    chart: barRows(
      rows.map(({ label, share }) => ({
        label,
        length: shareBps(share),
        lowerBound: shareLowerBound(share),
        text: shareWords(share),
      })),
    ),
    table: {
      head: ["what", "right", "share", "lower bound"],
      rows: [
        ...rows.map(({ label, share }) => [
          label,
          shareWords(share),
          percent(shareBps(share)),
          percent(shareLowerBound(share)),
        ]),
        ["mean agreement", "–", percent(repeat.agreement), "–"],
      ],
    },
  });
}
