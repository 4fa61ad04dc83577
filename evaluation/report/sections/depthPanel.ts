import type { Details } from "../../evaluation.ts";
import type { Html } from "../charts/html.ts";
import { lineChart } from "../charts/lineChart.ts";
import { panel } from "../charts/panel.ts";
import { percent, shortPercent } from "../figures.ts";
import { shareBps, shareLowerBound, shareWords } from "../shares.ts";

/** How many turns a conversation may have before the model loses track. */
export function depthPanel({ carryOver }: Details): Html {
  const names = carryOver.map((_, index) => `${index + 1}`);
  const points = carryOver.map((share) => (share.of === 0 ? null : shareBps(share)));
  const lowerBounds = carryOver.map((share) => (share.of === 0 ? null : shareLowerBound(share)));
  const summary = carryOver.map((share, index) => `depth ${index + 1}: ${shortPercent(shareBps(share))}`).join(", ");
  return panel({
    id: "depth",
    title: "By depth of the conversation",
    explanation:
      "Conversations that came out right, by the number of turns that change something before the question. Whiskers reach down to the lower bound. A model that keeps its state is flat; a cliff is a depth not to go beyond.",
    chart: lineChart({
      categories: names,
      series: [{ name: "right", points, lowerBounds }],
      axis: ["100 %", "0 %"],
      summary,
    }),
    table: {
      head: ["depth", "right", "share", "lower bound"],
      rows: carryOver.map((share, index) => [
        index + 1,
        shareWords(share),
        percent(shareBps(share)),
        percent(shareLowerBound(share)),
      ]),
    },
  });
}
