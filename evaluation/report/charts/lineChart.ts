import { html } from "hono/html";
import type { Html } from "./html.ts";

/** One line; a point is a height, 0..10000, null where nothing was measured. */
export interface Series {
  readonly name: string;
  readonly points: readonly (number | null)[];
  /** Lower bounds of the points, drawn as whiskers. */
  readonly lowerBounds?: readonly (number | null)[];
}

export interface LineChart {
  /** Names of the points, left to right. */
  readonly categories: readonly string[];
  /** At most three: each has its own colour and dashes. */
  readonly series: readonly Series[];
  /** A level to compare with, 0..10000. */
  readonly mark?: number;
  /** What the heights mean, at the top and the bottom of the axis. */
  readonly axis: readonly [top: string, bottom: string];
  /** What a listener hears instead. */
  readonly summary: string;
}

/** Lines over a few named points. Everything is placed by shares of the width, so that it fits any screen without scaling its text. */
export function lineChart({ categories, series, axis, summary, mark }: LineChart): Html {
  return html`<div class="lines" role="img" aria-label="${summary}">
<div class="axis"><span>${axis[0]}</span><span>${axis[1]}</span></div>
<svg class="plot" aria-hidden="true">${[0, 2_500, 5_000, 7_500, 10_000].map((height) => level("grid", height))}${mark === undefined ? "" : level("floor", mark)}${series.map(drawSeries)}</svg>
<div class="categories">${categories.map((name) => html`<span>${name}</span>`)}</div>
</div>${series.length > 1 ? legend(series) : ""}`;
}

function level(name: string, height: number): Html {
  return html`<line class="${name}" x1="0" x2="100%" y1="${y(height)}" y2="${y(height)}"/>`;
}

function drawSeries({ points, lowerBounds }: Series, index: number): Html {
  const x = (place: number) => `${((place + 0.5) * 100) / points.length}%`;
  const drawn = points.map((point, place) => {
    if (point === null) return "";
    const [cx, cy] = [x(place), y(point)];
    const before = points[place - 1];
    const low = lowerBounds?.[place];
    return html`${
      before === undefined || before === null
        ? ""
        : html`<line class="stroke" x1="${x(place - 1)}" y1="${y(before)}" x2="${cx}" y2="${cy}"/>`
    }${low === undefined || low === null ? "" : html`<line class="whisker" x1="${cx}" x2="${cx}" y1="${cy}" y2="${y(low)}"/>`}<circle cx="${cx}" cy="${cy}" r="4"/>`;
  });
  return html`<g class="series-${index}">${drawn}</g>`;
}

function legend(series: readonly Series[]): Html {
  return html`<ul class="legend">${series.map(
    ({ name }, index) =>
      html`<li><svg aria-hidden="true"><g class="series-${index}"><line class="stroke" x1="0" x2="100%" y1="50%" y2="50%"/><circle cx="50%" cy="50%" r="4"/></g></svg>${name}</li>`,
  )}</ul>`;
}

/** A little room above and below, for the dots at 0 and 100 %. */
function y(height: number): string {
  return `${95 - (height * 90) / 10_000}%`;
}
