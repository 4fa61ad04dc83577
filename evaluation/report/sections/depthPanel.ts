import type { Details, Share } from "../../evaluation.ts";
import type { Html } from "../charts/html.ts";
import { lineChart, type Series } from "../charts/lineChart.ts";
import { panel } from "../charts/panel.ts";
import { percent, shortPercent } from "../figures.ts";
import { shareBps, shareLowerBound, shareWords } from "../shares.ts";

/** How many turns a conversation may have before the model loses track, and whether the turns or the operations are too many for it. */
export function depthPanel({ carryOver: { conversations, controls, cliff } }: Details): Html {
  const words = ({ of, ...share }: Share) => (of === 0 ? "not asked" : shortPercent(shareBps({ of, ...share })));
  const spoken = conversations.map((share, index) => {
    const control = controls[index] ?? none;
    return `depth ${index + 1}: ${words(share)}, in one message ${words(control)}`;
  });
  return panel({
    id: "depth",
    title: "By depth of the conversation",
    explanation: `Conversations that came out right, by the number of turns that change something before the question, and the same operations asked in one message, which count in T only. ${cliffWords(cliff)} Where only the conversations fall, the turns are too many for the model; where both fall, the operations are. Whiskers reach down to the lower bound.`,
    chart: lineChart({
      categories: conversations.map((_, index) => `${index + 1}`),
      series: [seriesOf("turn by turn", conversations), seriesOf("in one message", controls)],
      axis: ["100 %", "0 %"],
      summary: spoken.join("; "),
    }),
    table: {
      head: ["depth", "right", "share", "lower bound", "in one message", "share", "lower bound"],
      rows: conversations.map((share, index) => [index + 1, ...cells(share), ...cells(controls[index] ?? none)]),
    },
  });
}

const none: Share = { right: 0, of: 0 };

function cliffWords(cliff: number | null): string {
  return cliff === null
    ? "There is no cliff: no depth has less than half of what depth 1 has."
    : `The cliff is at depth ${cliff}, the first that has less than half of what depth 1 has.`;
}

function seriesOf(name: string, shares: readonly Share[]): Series {
  const points = (of: (share: Share) => number) => shares.map((share) => (share.of === 0 ? null : of(share)));
  return { name, points: points(shareBps), lowerBounds: points(shareLowerBound) };
}

function cells(share: Share): string[] {
  return [shareWords(share), percent(shareBps(share)), percent(shareLowerBound(share))];
}
