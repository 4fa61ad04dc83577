import { html, raw } from "hono/html";
import type { Html } from "../charts/html.ts";
import { embedJson } from "../embedJson.ts";
import { outcomes, type Transcript } from "../transcript.ts";

/** The place and the data of the list of items; page/itemList.js fills it. What models said is in here as data only. */
export function itemList(transcript: Transcript): Html {
  const families = [...new Set(transcript.items.map(({ family }) => family))];
  const strata = [...new Set(transcript.items.flatMap(({ probes }) => probes.map(({ stratum }) => stratum)))];
  const present = outcomes.filter((outcome) => transcript.items.some((item) => item.outcome === outcome));
  return html`<section class="panel wide" id="items" aria-labelledby="items-title">
<h2 id="items-title">Items</h2>
<p class="note">Everything that was asked and answered. Control and invisible characters in texts are shown by their code.</p>
<noscript><p class="empty">The list of items needs scripts; the charts and tables above do not.</p></noscript>
<form id="item-filter" class="filter" hidden>
${select({ name: "family", label: "Family", values: families })}
${select({ name: "stratum", label: "Stratum", values: strata })}
${select({ name: "outcome", label: "Outcome", values: present })}
<label>Text <input type="search" name="text" placeholder="prompt, reply or reason" autocomplete="off"></label>
</form>
<p id="item-count" role="status"></p>
<div id="item-rows"></div>
<nav id="item-pages" class="pages" aria-label="Pages of items" hidden>
<button type="button" data-step="-1">Previous</button><span></span><button type="button" data-step="1">Next</button>
</nav>
<script type="application/json" id="item-data">${raw(embedJson(transcript))}</script>
</section>`;
}

interface Choice {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
}

function select({ name, label, values }: Choice): Html {
  return html`<label>${label} <select name="${name}"><option value="">all</option>${values.map(
    (value) => html`<option>${value}</option>`,
  )}</select></label>`;
}
