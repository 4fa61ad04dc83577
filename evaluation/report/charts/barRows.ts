import { html } from "hono/html";
import type { Html } from "./html.ts";

export interface Bar {
  readonly label: string;
  /** 0..10000 of the chart's width. */
  readonly length: number;
  /** What stands at the bar's end. */
  readonly text: string;
  /** Lower bound, 0..10000: a bracket from there to the bar's end. */
  readonly lowerBound?: number;
  /** What has to be reached, 0..10000: an upright line. */
  readonly floor?: number;
  readonly tone?: "good" | "open" | "bad";
}

/**
 * Horizontal bars. Drawn here and not by a charting library: those draw with scripts, into a canvas or with inline styles, and this
 * page shall be readable with scripts off, on paper and under a policy that lets no inline style through.
 */
export function barRows(bars: readonly Bar[]): Html {
  return html`<ul class="bars">${bars.map(barRow)}</ul>`;
}

function barRow({ label, length, text, lowerBound, floor, tone }: Bar): Html {
  return html`<li class="${tone ?? "plain"}"><span class="label">${label}</span>
<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="100%"/><rect class="fill" width="${share(length)}" height="100%"/>${
    lowerBound === undefined ? "" : bracket(lowerBound, length)
  }${floor === undefined || floor === 0 ? "" : html`<line class="floor" x1="${share(floor)}" x2="${share(floor)}" y1="0" y2="100%"/>`}</svg>
<span class="figure">${text}</span></li>`;
}

function bracket(lowerBound: number, length: number): Html {
  const [from, to] = [share(lowerBound), share(length)];
  return html`<line class="bound" x1="${from}" x2="${to}" y1="50%" y2="50%"/><line class="bound" x1="${from}" x2="${from}" y1="25%" y2="75%"/>`;
}

function share(bps: number): string {
  return `${Math.min(Math.max(bps, 0), 10_000) / 100}%`;
}
