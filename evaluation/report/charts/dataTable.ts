import { html } from "hono/html";
import type { Html } from "./html.ts";

export interface Table {
  readonly head: readonly string[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly (string | number)[])[];
}

export function dataTable(caption: string, { head, rows }: Table): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}, as a table"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => tableRow(row))}</tbody>
</table></div>`;
}

function tableRow([heading, ...cells]: readonly (string | number)[]): Html {
  return html`<tr><th scope="row">${heading}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}
