import { expect, it } from "vitest";
import { latenessOf } from "../../../evaluation/grading/lateness.ts";

it("default: percentiles are values that occurred, every request is in one bin", () => {
  const late = [...Array.from({ length: 98 }, (_, index) => index * 10), 30_000, 700_000];
  expect(latenessOf(late)).toEqual({
    p50Micros: 490,
    p99Micros: 30_000,
    maxMicros: 700_000,
    histogram: [
      { upToMicros: 1_000, requests: 98 },
      { upToMicros: 2_000, requests: 0 },
      { upToMicros: 5_000, requests: 0 },
      { upToMicros: 10_000, requests: 0 },
      { upToMicros: 20_000, requests: 0 },
      { upToMicros: 50_000, requests: 1 },
      { upToMicros: 100_000, requests: 0 },
      { upToMicros: null, requests: 1 },
    ],
  });
});

it("behavior: a run without a request was not late", () => {
  expect(latenessOf([])).toMatchObject({ p50Micros: 0, p99Micros: 0, maxMicros: 0 });
});
