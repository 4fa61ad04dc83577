import { html } from "hono/html";
import type { Evaluation } from "../../evaluation.ts";
import { wordHex } from "../../report.ts";
import type { Html } from "../charts/html.ts";

/** What the figures follow from, and how to check them. */
export function provenance(evaluation: Evaluation): Html {
  const { profile, seed, suiteHash, manifestDigest, evidenceRoot, evidenceHash, word, context } = evaluation;
  const facts: [string, string][] = [
    ["profile", profile],
    ["seed", seed],
    ["suite", suiteHash],
    ["manifest", manifestDigest],
    ["evidence root", evidenceRoot],
    ["evidence (SHA-256)", evidenceHash],
    ["result word", wordHex(word)],
    ...Object.entries(context),
  ];
  return html`<section class="panel wide" id="provenance" aria-labelledby="provenance-title">
<h2 id="provenance-title">Where these figures come from</h2>
<p class="note">Prompts, grades, sums and root follow from the seed and the transcripts alone. This page was made from evidence that was replayed and found identical to the bit; <code>assay replay</code> with the blob named below does it again.</p>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd><code>${value}</code></dd>`)}</dl>
</section>`;
}
