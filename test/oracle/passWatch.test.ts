import { describe, expect, test } from "vitest";
import { createMetrics } from "../../oracle/node/metrics.ts";
import { createPassWatch, longestPassSeconds } from "../../oracle/node/passWatch.ts";

describe("a pass of the node's loop that does not end", () => {
  const start = () => {
    const metrics = createMetrics();
    const told: unknown[] = [];
    const watch = createPassWatch(metrics, { error: (values: unknown) => told.push(values) });
    const wait = (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) watch.tick();
    };
    const age = async () => (await metrics.passAge.get()).values[0]?.value;
    return { watch, told, wait, age };
  };

  test("default: passes that end are not told of, and begin the age anew", async () => {
    const { watch, told, wait, age } = start();
    for (let pass = 0; pass < 3; pass += 1) {
      watch.begin();
      wait(longestPassSeconds - 1);
      expect(watch.overdue()).toBeUndefined();
      watch.end(true);
      expect(await age()).toBe(0);
      wait(longestPassSeconds);
      expect(watch.overdue()).toBeUndefined();
    }
    expect(told).toEqual([]);
  });

  test("error: one that takes too long is told once, with what it is at, and is over when it ends", async () => {
    const { watch, told, wait, age } = start();
    watch.begin();
    watch.at("rounds");
    wait(longestPassSeconds);
    expect(watch.overdue()).toEqual({ step: "rounds", seconds: longestPassSeconds });
    wait(80);
    expect(watch.overdue()).toEqual({ step: "rounds", seconds: longestPassSeconds + 80 });
    expect(told).toEqual([{ step: "rounds", seconds: longestPassSeconds }]);
    expect(await age()).toBe(longestPassSeconds + 80);
    watch.end(true);
    expect(watch.overdue()).toBeUndefined();
    expect(await age()).toBe(0);
  });

  test("error: the age goes on over passes that fail", async () => {
    const { watch, told, wait, age } = start();
    for (let pass = 0; pass < 3; pass += 1) {
      watch.begin();
      wait(100);
      watch.end(false);
    }
    expect(await age()).toBe(300);
    expect(told).toEqual([]);
  });
});
