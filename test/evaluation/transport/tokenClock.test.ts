import { describe, expect, it } from "vitest";
import { TokenClock } from "../../../evaluation/transport/tokenClock.ts";

function timesOf(...notes: readonly (readonly [tokens: number, now: number])[]) {
  const clock = new TokenClock();
  for (const [tokens, now] of notes) clock.note(tokens, now);
  return clock.times();
}

describe("TokenClock", () => {
  it("default: the first token and the gaps between all of them, nearest rank", () => {
    expect(timesOf([1, 100], [2, 110], [3, 130], [4, 160])).toEqual({
      tokens: 4,
      firstToken: 100,
      gapP50: 20,
      gapP95: 30,
      gapMax: 30,
    });
  });

  it("behavior: tokens that come together have no gap between them, and pieces without one are no token", () => {
    expect(timesOf([0, 5], [3, 10], [3, 20], [4, 40])).toEqual({
      tokens: 4,
      firstToken: 10,
      gapP50: 0,
      gapP95: 30,
      gapMax: 30,
    });
  });

  it("behavior: a single token has no gaps, nothing has no times", () => {
    expect(timesOf([1, 7])).toEqual({ tokens: 1, firstToken: 7, gapP50: 0, gapP95: 0, gapMax: 0 });
    expect(timesOf([0, 7])).toBeNull();
  });
});
