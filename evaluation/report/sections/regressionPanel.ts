import type { Details } from "../../evaluation.ts";
import { barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { percent } from "../figures.ts";
import { shareBps } from "../shares.ts";

/** The questions of the version before, asked again; nothing without a version before. */
export function regressionPanel({ regression }: Details): Html[] {
  if (regression === null) return [];
  const { asked, broken, mended, penalty, previousEvidence } = regression;
  return [
    panel({
      id: "regression",
      title: "Against the version before",
      explanation: `${asked} questions of the version before, asked again. ${
        penalty === 0
          ? "What changed is within chance: nothing is taken off."
          : `${percent(penalty)} are taken off every score but T.`
      }`,
      chart: barRows([
        {
          label: "right before, wrong now",
          length: shareBps({ right: broken, of: asked }),
          text: `${broken}`,
          tone: "bad",
        },
        {
          label: "wrong before, right now",
          length: shareBps({ right: mended, of: asked }),
          text: `${mended}`,
          tone: "good",
        },
      ]),
      table: {
        head: ["what", "figure"],
        rows: [
          ["asked again", asked],
          ["right before, wrong now", broken],
          ["wrong before, right now", mended],
          ["penalty", percent(penalty)],
          ["evidence of the version before", previousEvidence],
        ],
      },
    }),
  ];
}
