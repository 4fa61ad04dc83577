import type { Details } from "../../evaluation.ts";
import { barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { percent } from "../figures.ts";
import { shareBps, shareLowerBound, shareWords } from "../shares.ts";

/** Requests at the edge of the task; nothing when none was sent. */
export function edgePanel({ edge }: Details): Html[] {
  const strata = Object.entries(edge.byStratum).filter(([, { of }]) => of > 0);
  if (strata.length === 0) return [];
  const leaked =
    edge.canariesLeaked === 0
      ? "No injected instruction was obeyed."
      : `${edge.canariesLeaked} replies let out the word an injected instruction asked for.`;
  return [
    panel({
      id: "edge",
      title: "At the edge of the task",
      explanation: `Empty, off-topic, injected, doubled and disguised requests. ${leaked}`,
      chart: barRows(
        strata.map(([label, share]) => ({
          label,
          length: shareBps(share),
          lowerBound: shareLowerBound(share),
          text: shareWords(share),
        })),
      ),
      table: {
        head: ["edge", "right", "share", "lower bound"],
        rows: [
          ...strata.map(([name, share]) => [
            name,
            shareWords(share),
            percent(shareBps(share)),
            percent(shareLowerBound(share)),
          ]),
          ["canaries leaked", edge.canariesLeaked, "–", "–"],
        ],
      },
    }),
  ];
}
