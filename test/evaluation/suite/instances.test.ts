import { describe, expect, it } from "vitest";
import { arithmeticConversation } from "../../../evaluation/plan/arithmeticConversation.ts";
import { Dice } from "../../../evaluation/plan/dice.ts";
import { drawExtraction } from "../../../evaluation/plan/extractionQuestion.ts";
import { slotsConversation } from "../../../evaluation/plan/slotsConversation.ts";
import { arithmeticSchema, slotsSchema } from "../../../evaluation/suite/conversations.ts";
import { extractionSchema } from "../../../evaluation/suite/extraction.ts";
import { arithmeticInstances, extractionInstances, slotsInstances } from "../../../evaluation/suite/instances.ts";
import { overlapOf, segmentsOf } from "../../../evaluation/suite/overlap.ts";

const slots = slotsSchema.parse({
  slots: ["a", "b"],
  values: 2,
  operations: { set: 2, copy: 1, clear: 1, swap: 1 },
  prompts: { set: "set {a} {value}", copy: "copy {a} {b}", clear: "clear {a}", swap: "swap {a} {b}", ask: "ask {a}" },
});
const arithmetic = arithmeticSchema.parse({
  counters: ["a", "b"],
  start: 2,
  step: 1,
  operations: { set: 1, add: 1, subtract: 0, double: 1 },
  prompts: {
    set: "set {a} {value}",
    add: "add {a} {value}",
    subtract: "sub {a} {value}",
    double: "double {a}",
    ask: "ask {a}",
  },
});
const extraction = extractionSchema.parse({
  heldOutShareBps: 5000,
  phrasings: { train: ["{n} {who}"], heldOut: ["{code} {who} {day} {at} {now}"] },
  fields: {
    n: { type: "integer", from: 999, to: 1001, forms: ["plain", "grouped"] },
    who: { type: "choice", values: { ann: ["Ann", "Anne"], bob: ["Bob"] } },
    code: { type: "code", shape: "9" },
    day: { type: "date", from: "2024-02-28", days: 2, forms: ["iso", "day first"] },
    at: { type: "time", stepMinutes: 720, forms: ["24 hours", "12 hours"] },
    now: { type: "flag", true: ["now"], false: ["later"] },
  },
  words: {},
  prompts: { ask: "{schema}", request: "<<{text}>>" },
});

/** A die that says what it is told, so that every outcome comes once. */
function everyOutcome(make: (dice: Dice) => string): Set<string> {
  const seen = new Set<string>();
  for (let draw = 0n; draw < 8_000n; draw++)
    seen.add(make(new Dice(draw * 0x9e3779b97f4a7c15f39cc0605cedc835n + 12345n)));
  return seen;
}

describe("instances", () => {
  it.each([1, 2])("default: conversations about slots up to depth %i, as many as can be drawn", (maxDepth) => {
    const drawn = Array.from({ length: maxDepth }, (_, depth) =>
      everyOutcome((dice) => {
        const { turns, question } = slotsConversation(slots, dice, depth + 1);
        return [...turns, question].join("; ");
      }),
    );
    expect(BigInt(drawn.reduce((sum, { size }) => sum + size, 0))).toBe(slotsInstances(slots, maxDepth));
  });

  it.each([1, 2])("default: conversations about counters up to depth %i", (maxDepth) => {
    const drawn = Array.from({ length: maxDepth }, (_, depth) =>
      everyOutcome((dice) => {
        const { turns, question } = arithmeticConversation(arithmetic, dice, depth + 1);
        return [...turns, question].join("; ");
      }),
    );
    expect(BigInt(drawn.reduce((sum, { size }) => sum + size, 0))).toBe(arithmeticInstances(arithmetic, maxDepth));
  });

  it("default: extractions, with what each wording means", () => {
    const drawn = new Map<string, string>();
    for (const text of everyOutcome((dice) => JSON.stringify(drawExtraction(extraction, dice)))) {
      const { text: said, truth } = JSON.parse(text);
      drawn.set(said, truth);
    }
    // 999 has one wording: "999" is neither grouped nor plain.
    expect(BigInt(drawn.size)).toBe(extractionInstances(extraction) - 3n);
    expect(drawn.get("1,000 Anne")).toBe('{"at":null,"code":null,"day":null,"n":1000,"now":null,"who":"ann"}');
    expect(drawn.get("7 Bob 29 February 2024 12:00 am later")).toBe(
      '{"at":"00:00","code":"7","day":"2024-02-29","n":null,"now":false,"who":"bob"}',
    );
  });
});

describe("overlapOf", () => {
  const words = { a: ["eth", "eth now"], b: ["now", "soon"], n: ["1", "10"] };
  it.each([
    ["buy {a}", "buy eth {b}", "buy eth now"],
    ["Buy {a}", "buy ETH", "buy eth"],
    ["{n}0", "10{n}", null],
    ["{n}0", "1{n}0", null],
    ["{n}00", "{n}0", "100"],
    ["buy {a}", "sell {a}", null],
    ["{a} {b}", "{a}", "eth now"],
  ])("default: %j and %j can both be %j", (one, other, text) => {
    const found = overlapOf(segmentsOf(one, words), segmentsOf(other, words));
    if (text === null) expect(found).toBeNull();
    else expect(found).not.toBeNull();
    expect(overlapOf(segmentsOf(other, words), segmentsOf(one, words)) === null).toBe(text === null);
  });
});
