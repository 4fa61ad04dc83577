import { expect, it } from "vitest";
import { Places } from "../../../evaluation/run/places.ts";

it("default: who waits gets the next free place, first come first served, and learns since when it is free", async () => {
  let now = 0;
  const places = new Places(2, () => now);
  expect(await Promise.all([places.take(), places.take()])).toEqual([0, 0]);
  const served: string[] = [];
  const first = places.take().then((freeSince) => served.push(`first ${freeSince}`));
  const second = places.take().then((freeSince) => served.push(`second ${freeSince}`));
  now = 5;
  places.free();
  await first;
  now = 9;
  places.free();
  await second;
  expect(served).toEqual(["first 5", "second 9"]);
});
