import type { Details } from "../../evaluation.ts";
import { barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { grouped, milliseconds } from "../figures.ts";
import { shareBps } from "../shares.ts";

/** How punctual this evaluator was: the trust its times deserve. */
export function latenessPanel({ lateness }: Details): Html {
  const { p50Micros, p99Micros, maxMicros, histogram } = lateness;
  const all = histogram.reduce((sum, { requests }) => sum + requests, 0);
  const rows = histogram.map(({ upToMicros, requests }) => ({
    label: upToMicros === null ? "later" : `up to ${milliseconds(upToMicros)}`,
    requests,
  }));
  return panel({
    id: "lateness",
    title: "Punctuality of this evaluator",
    explanation: `How late requests left this machine: half within ${milliseconds(p50Micros)}, 99 of 100 within ${milliseconds(p99Micros)}, all within ${milliseconds(maxMicros)}. The evaluator's fault, never the model's; too much of it makes the run invalid.`,
    chart: barRows(
      rows.map(({ label, requests }) => ({
        label,
        length: shareBps({ right: requests, of: all }),
        text: grouped(requests),
      })),
    ),
    table: {
      head: ["late by", "requests"],
      rows: [
        ...rows.map(({ label, requests }) => [label, requests]),
        ["p50", milliseconds(p50Micros)],
        ["p99", milliseconds(p99Micros)],
        ["most", milliseconds(maxMicros)],
      ],
    },
  });
}
