import { expect, test } from "vitest";
import type { LocalChatModel } from "../../examples/reference-models/chatModel.ts";
import { createGlass } from "../../examples/reference-models/glass.ts";

const says = (text: string): LocalChatModel => ({ answer: () => text });
const prompt = { messages: [{ role: "user", content: "x" }] };
const parts = { full: says("full"), early: says("early"), fullMillis: 2, earlyMillis: 1, busyFrom: 2, places: 4 };

test("default: one request after the other gets all layers", async () => {
  const glass = createGlass(parts);
  for (let ask = 0; ask < 5; ask++) expect(await glass.answer(prompt)).toBe("full");
});

test("behavior: with others waiting the worker leaves early, until the last one is alone again", async () => {
  const glass = createGlass(parts);
  expect(await Promise.all([1, 2, 3].map(() => glass.answer(prompt)))).toEqual(["early", "early", "full"]);
});

test("error: with all places taken the next request is turned away, and the house recovers", async () => {
  const glass = createGlass(parts);
  const crowd = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => glass.answer(prompt)));
  expect(crowd.map(({ status }) => status)).toEqual([...Array(4).fill("fulfilled"), "rejected", "rejected"]);
  expect(crowd[4]).toMatchObject({ reason: { status: 503, code: "overloaded" } });
  expect(await glass.answer(prompt)).toBe("full");
});

test("error: a request that fails does not stop the worker", async () => {
  let calls = 0;
  const full: LocalChatModel = {
    answer() {
      if (calls++ === 0) throw new TypeError("layer missing");
      return "full";
    },
  };
  const glass = createGlass({ ...parts, full });
  await expect(glass.answer(prompt)).rejects.toThrow("layer missing");
  expect(await glass.answer(prompt)).toBe("full");
});
