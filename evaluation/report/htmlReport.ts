import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { html, raw } from "hono/html";
import type { Evaluation } from "../evaluation.ts";
import type { Html } from "./charts/html.ts";
import { grouped } from "./figures.ts";
import { interruptionWords } from "./interruptionWords.ts";
import type { ReadBlob } from "./readTranscript.ts";
import { depthPanel } from "./sections/depthPanel.ts";
import { edgePanel } from "./sections/edgePanel.ts";
import { familiesPanel } from "./sections/familiesPanel.ts";
import { formatPanel } from "./sections/formatPanel.ts";
import { itemList } from "./sections/itemList.ts";
import { latenessPanel } from "./sections/latenessPanel.ts";
import { loadPanels } from "./sections/loadPanels.ts";
import { perturbationPanel } from "./sections/perturbationPanel.ts";
import { provenance } from "./sections/provenance.ts";
import { regressionPanel } from "./sections/regressionPanel.ts";
import { repeatPanel } from "./sections/repeatPanel.ts";
import { retriesPanel } from "./sections/retriesPanel.ts";
import { strataPanel } from "./sections/strataPanel.ts";
import { streamingPanel } from "./sections/streamingPanel.ts";
import { tighteningPanel } from "./sections/tighteningPanel.ts";
import { strataOf } from "./strataOf.ts";
import { verdictOf } from "./verdictOf.ts";

const style = pageFile("report.css");
const scripts = ["theme.js", "itemList.js"].map(pageFile);

/** Nothing is loaded from anywhere, no script runs but the page's own two, and no text can be turned into markup. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${scripts.map(hashOf).join(" ")}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** One run as a page that needs nothing but itself: no host, no other file. */
export async function htmlReport(blob: ReadBlob): Promise<string> {
  const { evaluation } = blob;
  return String(
    await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${evaluation.name} · Assay report</title>
<style>${raw(style)}</style>
</head>
<body${verdictOf(evaluation).tone === "invalid" ? raw(' class="moot"') : ""}>
${pageHeader(evaluation)}
<main id="main">${panels(blob)}</main>
${scripts.map((script) => html`<script type="module">${raw(script)}</script>`)}
</body>
</html>
`,
  );
}

function pageHeader(evaluation: Evaluation): Html {
  const { name, profile, items, stats } = evaluation;
  const { tone, headline, meaning } = verdictOf(evaluation);
  const seconds = (stats.durationMicros / 1_000_000).toFixed(1);
  return html`<header>
<p class="overline"><span>Assay report</span><button type="button" id="theme" hidden>Dark</button></p>
<h1>${name}</h1>
<p class="facts">${profile} profile · ${grouped(items)} items · ${grouped(stats.attempts)} requests in ${seconds} s${stopWords(evaluation)}${resumeWords(evaluation)}</p>
<div class="verdict ${tone}"><p class="headline">${headline}.</p><p>${meaning}</p></div>
</header>`;
}

function stopWords({ details: { earlyStop } }: Evaluation): string {
  return earlyStop === null ? "" : ` · stopped early after ${earlyStop.items} items: clearly ${earlyStop.decision}`;
}

function resumeWords({ stats }: Evaluation): string {
  const interruptions = interruptionWords(stats);
  return interruptions === null ? "" : ` · interrupted ${interruptions}`;
}

function panels({ evaluation, verdict, transcript }: ReadBlob): Html[] {
  const { details } = evaluation;
  const strata = strataOf(verdict.items);
  return [
    familiesPanel(evaluation, verdictOf(evaluation).families),
    tighteningPanel(details),
    repeatPanel(details, strata),
    depthPanel(details),
    perturbationPanel(details),
    formatPanel(details),
    ...edgePanel(details),
    ...loadPanels(details),
    ...streamingPanel(details),
    retriesPanel(evaluation),
    ...regressionPanel(details),
    latenessPanel(details),
    strataPanel(strata),
    itemList(transcript),
    provenance(evaluation),
  ];
}

function pageFile(name: string): string {
  return readFileSync(new URL(`page/${name}`, import.meta.url), "utf8");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
