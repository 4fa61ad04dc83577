import { html } from "hono/html";
import type { Evaluation } from "../../evaluation.ts";
import { barRows } from "../charts/barRows.ts";
import type { Html } from "../charts/html.ts";
import { panel } from "../charts/panel.ts";
import { grouped } from "../figures.ts";
import { shareBps } from "../shares.ts";

/** Every attempt that failed, by class: what a gateway that retries in silence would hide. */
export function retriesPanel({ details, stats }: Evaluation): Html {
  const { primaries, retries, transient, hardFailures, byClass, byDetail } = details.firstTry;
  const classes = Object.entries(byClass).map(([label, count]) => ({ label, count: count ?? 0 }));
  const failed = classes.reduce((sum, { count }) => sum + count, 0);
  return panel({
    id: "retries",
    title: "Failures and retries",
    explanation: `${grouped(primaries)} first attempts decide; ${grouped(retries)} retries only told transient failures (${grouped(transient)}) from lasting ones (${grouped(hardFailures)}). ${
      stats.voidAttempts > 0
        ? `${stats.voidAttempts} attempts are void: this machine's own canary failed with them. `
        : ""
    }${stats.unsent > 0 ? `${stats.unsent} were not sent: the run had given up, and they count as failed.` : ""}`,
    chart:
      classes.length === 0
        ? html`<p class="empty">No attempt failed.</p>`
        : barRows(
            classes.map(({ label, count }) => ({
              label,
              length: shareBps({ right: count, of: failed }),
              text: `${grouped(count)} attempts`,
              tone: "bad",
            })),
          ),
    table: {
      head: ["what", "attempts"],
      rows: [
        ["first attempts", primaries],
        ["retries", retries],
        ["retries that helped (transient)", transient],
        ["never succeeded (lasting)", hardFailures],
        ["void", stats.voidAttempts],
        ["not sent", stats.unsent],
        ...classes.map(({ label, count }) => [`failed: ${label}`, count]),
        ...Object.entries(byDetail).map(([detail, count]) => [`system's word: ${detail}`, count ?? 0]),
      ],
    },
  });
}
