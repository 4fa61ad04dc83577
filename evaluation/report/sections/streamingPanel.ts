import type { Details } from "../../evaluation.ts";
import { barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { grouped, milliseconds } from "../figures.ts";
import { shareBps } from "../shares.ts";

/** When streamed text came; nothing when none was streamed. */
export function streamingPanel({ streaming }: Details): Html[] {
  if (streaming === null) return [];
  const { replies, tokens, firstTokenP50Micros, firstTokenP95Micros, gapP50Micros, gapP95Micros, gapMaxMicros } =
    streaming;
  const times = [
    ["first, median", firstTokenP50Micros],
    ["first, p95", firstTokenP95Micros],
    ["gap, median", gapP50Micros],
    ["gap, p95", gapP95Micros],
    ["gap, longest", gapMaxMicros],
  ] as const;
  const longest = Math.max(1, ...times.map(([, micros]) => micros));
  return [
    panel({
      id: "streaming",
      title: "Streaming",
      explanation: `${grouped(replies)} replies came in ${grouped(tokens)} pieces. "First" is from sending to the first piece, "gap" from one piece to the next.`,
      chart: barRows(
        times.map(([label, micros]) => ({
          label,
          length: shareBps({ right: micros, of: longest }),
          text: milliseconds(micros),
        })),
      ),
      table: {
        head: ["what", "time"],
        rows: times.map(([label, micros]) => [label, milliseconds(micros)]),
      },
    }),
  ];
}
