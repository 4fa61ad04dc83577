import { html } from "hono/html";
import { dataTable, type Table } from "./dataTable.ts";
import type { Html } from "./html.ts";

export interface Panel {
  /** For links; lower case with dashes. */
  readonly id: string;
  readonly title: string;
  /** What the reader should take from it. */
  readonly explanation: string;
  readonly chart: Html;
  /** As wide as the page. */
  readonly isWide?: boolean;
  /** The same figures to read, copy and listen to. */
  readonly table: Table;
}

/** A chart with its explanation and, folded, its figures as a table. */
export function panel({ id, title, explanation, chart, table, isWide }: Panel): Html {
  return html`<section class="panel${isWide ? " wide" : ""}" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p class="note">${explanation}</p>
${chart}
<details class="data"><summary>As a table</summary>${dataTable(title, table)}</details>
</section>`;
}
