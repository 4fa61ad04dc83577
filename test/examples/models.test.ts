import { describe, expect, test } from "vitest";
import type { LocalChatModel } from "../../examples/reference-models/chatModel.ts";
import { createModels } from "../../examples/reference-models/createModels.ts";
import { type FamilyScores, measureFamilies } from "../../examples/reference-models/familyScores.ts";
import { drawExample, loadGrammar } from "../../examples/reference-models/grammar.ts";
import { labelPrompt, perturbations } from "../../examples/reference-models/probes.ts";
import { freshRandom, seededRandom } from "../../examples/reference-models/random.ts";
import { trainWeights } from "../../examples/reference-models/trainWeights.ts";

const grammar = loadGrammar();
const weights = trainWeights(5);
const models = createModels(weights, seededRandom(50));

function measure(model: LocalChatModel, heldOutShare = 0.25): Promise<FamilyScores> {
  return measureFamilies(model, { grammar, random: seededRandom(500), items: 120, heldOutShare });
}

/** Replies to 100 requests, each clean and under one perturbation. */
function replies(model: LocalChatModel): string[] {
  const random = seededRandom(9);
  const kinds = Object.values(perturbations);
  return Array.from({ length: 100 }, (_, index) => {
    const { text } = drawExample(grammar, "heldOut", random);
    const perturb = kinds[index % kinds.length] ?? ((same: string) => same);
    return [text, perturb(text, random)].map((request) => model.answer({ messages: labelPrompt(request) })).join();
  });
}

describe("training", () => {
  test("behavior: the same seed trains the same models", () => {
    const again = createModels(trainWeights(5), seededRandom(50));
    for (const name of ["anchor", "demo", "formatter", "two-step", "anchor-v2", "earlyExit"] as const) {
      expect(replies(again[name]), name).toEqual(replies(models[name]));
    }
  });

  test("behavior: another seed trains other weights", () => {
    const other = createModels(trainWeights(6), seededRandom(50));
    expect(replies(other.demo)).not.toEqual(replies(models.demo));
  });

  test("behavior: no held-out phrasing is a training phrasing", () => {
    for (const { train, heldOut } of Object.values(grammar.intents)) {
      expect([train.length, heldOut.length]).toEqual([9, 3]);
      expect(train.filter((phrasing) => heldOut.includes(phrasing))).toEqual([]);
    }
  });
});

describe("mechanisms", () => {
  test("behavior: the anchor holds in every family, also when every phrasing is new to it", async () => {
    const scores = await measure(models.anchor, 1);
    expect(scores.repeat).toBeGreaterThanOrEqual(9_500);
    expect(scores.format).toBeGreaterThanOrEqual(9_500);
    expect(scores.carryOver).toBe(10_000);
    expect(scores.perturbation).toBeGreaterThanOrEqual(9_300);
  });

  test("behavior: the demo is right in the demonstration and lost outside it", async () => {
    const scores = await measure(models.demo);
    expect(scores.demonstration).toBeGreaterThanOrEqual(0.97);
    expect(scores.perturbation).toBeLessThan(4_000);
  });

  test("behavior: the sampler is mostly right and does not repeat itself", async () => {
    const scores = await measure(models.sampler);
    expect(scores.demonstration).toBeGreaterThan(0.8);
    expect(scores.repeat).toBeLessThan(8_000);
  });

  test("behavior: without a seed the sampler's draws come from the system and differ from run to run", () => {
    const [first, second] = [createModels(weights, freshRandom()), createModels(weights, freshRandom())];
    expect(replies(first.sampler)).not.toEqual(replies(second.sampler));
  });

  test("behavior: the two-step model carries shallow conversations and loses deep ones", async () => {
    const { depthCurve, carryOver, repeat } = await measure(models["two-step"]);
    expect(depthCurve[0]).toBe(1);
    expect(depthCurve[1]).toBeGreaterThan(0.93);
    expect(depthCurve[2]).toBeGreaterThan(0.8);
    expect(depthCurve[5]).toBeLessThan(0.65);
    expect(carryOver).toBeLessThan(7_600);
    expect(repeat).toBeGreaterThan(9_500);
  });

  test("behavior: the formatter knows the label and decorates it, except on one line", async () => {
    const { demonstration, format, repeat, perturbation } = await measure(models.formatter);
    expect(demonstration).toBeGreaterThan(0.99);
    expect(format).toBeLessThan(8_200);
    expect([repeat, perturbation]).toEqual([10_000, (await measure(models.anchor)).perturbation]);
  });

  test("behavior: the retrained anchor has nearly lost one label and kept the others", () => {
    const random = seededRandom(77);
    const shares = new Map(grammar.labels.map((label) => [label, 0]));
    for (let draw = 0; draw < 800; draw++) {
      const { text, label } = drawExample(grammar, "train", random);
      const isRight = models["anchor-v2"].answer({ messages: labelPrompt(text) }) === `LABEL: ${label}`;
      if (isRight) shares.set(label, (shares.get(label) ?? 0) + 1);
    }
    const lost = shares.get("dispute") ?? 0;
    shares.delete("dispute");
    expect(lost).toBeLessThan(50);
    expect(Math.min(...shares.values())).toBeGreaterThan(70);
  });

  test("behavior: the early exit is right for some requests only", async () => {
    const { demonstration } = await measure(models.earlyExit);
    expect(demonstration).toBeGreaterThan(0.15);
    expect(demonstration).toBeLessThan(0.7);
  });

  test("behavior: the anchor samples when a temperature is asked for, and only then", () => {
    const ask = (temperature?: number) =>
      models.anchor.answer({ messages: labelPrompt("gas cost for x"), temperature });
    const distinct = (temperature?: number) => new Set(Array.from({ length: 60 }, () => ask(temperature))).size;
    expect([distinct(), distinct(0)]).toEqual([1, 1]);
    expect(distinct(2)).toBeGreaterThan(1);
  });

  test("behavior: the anchor answers none where there is no request", () => {
    for (const text of ["", "#@% 7 7 1", "what is the weather like today", "\u200b"]) {
      expect(models.anchor.answer({ messages: labelPrompt(text) })).toBe("LABEL: none");
    }
  });

  test("behavior: the anchor reads full-width, look-alike and zero-width text", () => {
    for (const text of [
      "ｓｗａｐ 10 ｅｔｈ ｆｏｒ ｓｏｌ",
      "sw\u0430p 10 \u0435th f\u043er sol",
      "s\u200bwap 10 e\u200bth for s\u200bol",
    ]) {
      expect(models.anchor.answer({ messages: labelPrompt(text) })).toBe("LABEL: swap");
    }
  });
});
