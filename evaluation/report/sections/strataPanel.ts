import { html } from "hono/html";
import { barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { percent } from "../figures.ts";
import { shareBps, shareLowerBound, shareWords } from "../shares.ts";
import type { Stratum } from "../strataOf.ts";

/** Every kind of request, worst first. */
export function strataPanel(strata: readonly Stratum[]): Html {
  const worstFirst = [...strata].sort((a, b) => shareBps(a) - shareBps(b));
  const bars = worstFirst.map((stratum) => ({
    label: `${stratum.family} ${stratum.stratum}`,
    length: shareBps(stratum),
    lowerBound: shareLowerBound(stratum),
    text: shareWords(stratum),
  }));
  const half = Math.ceil(bars.length / 2);
  return panel({
    id: "strata",
    isWide: true,
    title: "By stratum, worst first",
    explanation:
      "First attempts that were right, by family and kind of request. Answers that never came count as wrong.",
    chart: html`<div class="halves">${barRows(bars.slice(0, half))}${barRows(bars.slice(half))}</div>`,
    table: {
      head: ["stratum", "right", "share", "lower bound", "failed"],
      rows: worstFirst.map((stratum) => [
        `${stratum.family} ${stratum.stratum}`,
        shareWords(stratum),
        percent(shareBps(stratum)),
        percent(shareLowerBound(stratum)),
        stratum.failed,
      ]),
    },
  });
}
