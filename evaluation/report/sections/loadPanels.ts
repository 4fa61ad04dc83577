import type { Details, LoadDetails, Tail } from "../../evaluation.ts";
import type { Html } from "../charts/html.ts";
import { lineChart } from "../charts/lineChart.ts";
import { panel } from "../charts/panel.ts";
import { milliseconds, percent, shortPercent } from "../figures.ts";
import { shareBps, shareLowerBound, shareWords } from "../shares.ts";

/** What the endpoint delivers, and how fast, as the declared load is reached; nothing when no load was asked for. */
export function loadPanels({ load }: Details): Html[] {
  return load.steps.length === 0 ? [] : [goodputPanel(load), latencyPanel(load)];
}

function goodputPanel({ steps, serviceLevelMs }: Details["load"]): Html {
  return panel({
    id: "goodput",
    title: "Goodput by load",
    explanation: `Requests that were answered at the first attempt, rightly, and within the service level of ${serviceLevelMs} ms from the time they were due, at shares of the rate the manifest declares.`,
    chart: lineChart({
      categories: steps.map(nameOf),
      series: [
        {
          name: "goodput",
          points: steps.map(({ goodput }) => shareBps(goodput)),
          lowerBounds: steps.map(({ goodput }) => shareLowerBound(goodput)),
        },
      ],
      axis: ["100 %", "0 %"],
      summary: steps.map((step) => `at ${nameOf(step)}: ${shareWords(step.goodput)}`).join(", "),
    }),
    table: {
      head: ["load", "requests/s", "goodput", "share", "lower bound", "late", "wrong", "failed"],
      rows: steps.map((step) => [
        nameOf(step),
        (step.scheduledMilliHertz / 1000).toFixed(1),
        shareWords(step.goodput),
        percent(shareBps(step.goodput)),
        percent(shareLowerBound(step.goodput)),
        step.late,
        step.wrong,
        step.failed,
      ]),
    },
  });
}

function latencyPanel({ steps, serviceLevelMs }: Details["load"]): Html {
  const tails = ["p50", "p95", "p99"] as const;
  const slowest = Math.max(1, ...steps.flatMap((step) => tails.map((tail) => step[tail].micros ?? 0)));
  const height = (micros: number) => Math.floor((micros * 10_000) / slowest);
  const serviceLevel = serviceLevelMs * 1000;
  return panel({
    id: "latency",
    title: "Latency by load",
    explanation: `From the time a request was due to its full answer, so that waiting counts; the service level is ${serviceLevelMs} ms${
      serviceLevel <= slowest ? " (the level line)" : ""
    }. A tail has no point where so many requests failed that it is one of them. The table holds upper bounds at 99 % confidence.`,
    chart: lineChart({
      categories: steps.map(nameOf),
      series: tails.map((tail) => ({
        name: tail,
        points: steps.map((step) => {
          const { micros } = step[tail];
          return micros === null ? null : height(micros);
        }),
      })),
      ...(serviceLevel <= slowest && { mark: height(serviceLevel) }),
      axis: [milliseconds(slowest), "0 ms"],
      summary: steps.map((step) => `at ${nameOf(step)}: p95 ${tailWords(step.p95)}`).join(", "),
    }),
    table: {
      head: ["load", ...tails.flatMap((tail) => [tail, `${tail} at most`])],
      rows: steps.map((step) => [
        nameOf(step),
        ...tails.flatMap((tail) => [tailWords(step[tail]), boundWords(step[tail])]),
      ]),
    },
  });
}

function nameOf({ shareBps: share }: LoadDetails): string {
  return shortPercent(share);
}

function tailWords({ micros }: Tail): string {
  return micros === null ? "failed" : milliseconds(micros);
}

function boundWords({ upperMicros }: Tail): string {
  return upperMicros === null ? "not known" : milliseconds(upperMicros);
}
