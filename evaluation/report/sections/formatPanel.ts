import type { Details } from "../../evaluation.ts";
import { barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { grouped } from "../figures.ts";
import { shareBps, shareLowerBound, shareWords } from "../shares.ts";

/** What each kind of invention is, for people. */
const meanings: Readonly<Record<string, string>> = {
  fences: "code fences",
  headings: "headings",
  emphasis: "emphasis",
  extraKeys: "extra keys",
  prose: "prose around it",
  whitespace: "stray whitespace",
  case: "other capitals",
};

/** Whether the answers came in the shape that was asked for, and what came instead. */
export function formatPanel({ format }: Details): Html {
  const { strict, extracted, byContract, inventions, cleanupEdits } = format;
  const contracts = Object.entries(byContract).filter(([, { of }]) => of > 0);
  const kinds = Object.entries(inventions).sort(([, a], [, b]) => b - a);
  const seen = kinds.filter(([, count]) => count > 0);
  return panel({
    id: "format",
    title: "Format, and what nobody asked for",
    explanation: `${shareWords(strict)} replies kept their contract to the letter, ${extracted.right} more were right after clean-up. Hidden cost of clean-up: ${grouped(cleanupEdits)} edits from what came to what was asked for.`,
    chart: barRows([
      ...contracts.map(([label, share]) => ({
        label,
        length: shareBps(share),
        lowerBound: shareLowerBound(share),
        text: `${shareWords(share)} strict`,
      })),
      ...seen.map(([kind, count]) => ({
        label: meanings[kind] ?? kind,
        length: shareBps({ right: count, of: strict.of }),
        text: `in ${shareWords({ right: count, of: strict.of })}`,
        tone: "bad" as const,
      })),
    ]),
    table: {
      head: ["contract or invention", "replies", "of"],
      rows: [
        ...contracts.map(([kind, { right, of }]) => [`${kind}: strictly right`, right, of]),
        ...kinds.map(([kind, count]) => [`invented: ${meanings[kind] ?? kind}`, count, strict.of]),
        ["edits of clean-up", cleanupEdits, "–"],
      ],
    },
  });
}
