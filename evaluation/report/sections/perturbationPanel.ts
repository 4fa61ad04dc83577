import type { Details } from "../../evaluation.ts";
import { barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { percent, shortPercent } from "../figures.ts";
import { shareBps, shareLowerBound, shareWords } from "../shares.ts";

/** The same request written in ways that change nothing of its meaning. */
export function perturbationPanel({ perturbation }: Details): Html {
  const kinds = Object.entries(perturbation);
  const base = shareBps(perturbation.base);
  const worst = Math.min(...kinds.map(([, share]) => shareBps(share)));
  const best = Math.max(...kinds.map(([, share]) => shareBps(share)));
  return panel({
    id: "perturbation",
    title: "By variant",
    explanation: `The same requests, written differently. Spread from best to worst: ${shortPercent(best - worst)}. Drop from the plain request to the worst variant: ${shortPercent(Math.max(0, base - worst))}.`,
    chart: barRows(
      kinds.map(([label, share]) => ({
        label,
        length: shareBps(share),
        lowerBound: shareLowerBound(share),
        text: shareWords(share),
      })),
    ),
    table: {
      head: ["variant", "right", "share", "lower bound"],
      rows: kinds.map(([kind, share]) => [
        kind,
        shareWords(share),
        percent(shareBps(share)),
        percent(shareLowerBound(share)),
      ]),
    },
  });
}
