import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../evaluation/plan/plan.ts";
import { type Item, probeFamilies } from "../../../evaluation/plan/probe.ts";
import { controlOf, turnsOf } from "../../../evaluation/plan/unitsOf.ts";
import type { Classification } from "../../../evaluation/suite/classification.ts";
import { loadSuite, type Profile } from "../../../evaluation/suite/suite.ts";
import { oracleOf } from "../modelServer.ts";
import { classificationOf, planOf } from "../testSuite.ts";

const suite = await loadSuite();
const wallet = classificationOf(suite);
const plan = planOf(suite, "standard");
const seeds = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}` as const);

const itemsOf = ({ items }: Plan, family: Item["family"]) => items.filter((item) => item.family === family);
const requestIn = (prompt: string) => /REQUEST: <<([\s\S]*)>>$/.exec(prompt)?.[1] ?? "";

/** Every sentence the grammar can say for a label, as one pattern. */
function sentencesOf({ intents, words }: Classification, label: string): RegExp {
  const { train = [], heldOut = [] } = intents[label] ?? {};
  const patterns = [...train, ...heldOut].map((text) =>
    text.replace(/\{(\w)\}/g, (_, place: string) => `(${(words[place] ?? []).join("|")})`),
  );
  return new RegExp(`^(${patterns.join("|")})$`);
}

describe("buildPlan", () => {
  it("default: the standard profile", () => {
    expect(probeFamilies.map((family) => itemsOf(plan, family).length)).toEqual([80, 80, 84, 50, 60, 93, 0]);
    expect(plan.order).toHaveLength(80 * 5 + 80 + 84 * 2 + 50 * 6 + 60);
    expect(plan.load.map(({ arrivals }) => arrivals.length)).toEqual([93, 93, 93]);
    expect(plan.items.map(({ index }) => index)).toEqual(plan.items.map((_, index) => index));
  });

  it.each<[Profile, number]>([
    ["quick", 10 + 10 + 6 + 6 + 12 + 9],
    ["lite", 20 + 20 + 18 + 12 + 18 + 23],
    ["deep", 3 * (294 + 60 + 93) + 30],
  ])("default: the %s profile has %i items", (profile, items) => {
    expect(planOf(suite, profile).items).toHaveLength(items);
  });

  it("behavior: follows from the seed alone, and another seed gives another plan", () => {
    fc.assert(
      fc.property(seeds, (other) => {
        const once = planOf(suite, "quick", other);
        expect(planOf(structuredClone(suite), "quick", other)).toEqual(once);
        expect(once).not.toEqual(planOf(suite, "quick"));
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  it("behavior: every probe is sent exactly once", () => {
    const main = plan.order.flatMap(({ item, probes }) => probes.map((probe) => `${item}/${probe}`));
    const load = plan.load.flatMap(({ arrivals }) => arrivals.map(({ item, probe }) => `${item}/${probe}`));
    const sent = [...main, ...load];
    const planned = plan.items.flatMap(({ index, probes }) => probes.map((_, probe) => `${index}/${probe}`));
    expect(sent.sort()).toEqual(planned.sort());
  });

  it("behavior: two units of one item are never close", () => {
    const places = new Map<number, number[]>();
    for (const [place, { item }] of plan.order.entries()) places.set(item, [...(places.get(item) ?? []), place]);
    for (const at of places.values()) {
      const gaps = at.slice(1).map((place, index) => place - (at[index] ?? 0));
      for (const gap of gaps) expect(gap).toBeGreaterThan(plan.order.length / 12);
    }
  });

  it("behavior: the truth of a request is the intent whose grammar says it", () => {
    for (const { probes } of [...itemsOf(plan, "R"), ...itemsOf(plan, "J")]) {
      for (const { prompt, truth } of probes) expect(requestIn(prompt)).toMatch(sentencesOf(wallet, truth));
    }
  });

  it("behavior: three repeats are identical to the byte, two carry salts of their own", () => {
    for (const { probes } of itemsOf(plan, "R")) {
      const identical = probes.filter(({ salt }) => salt === null).map(({ prompt }) => prompt);
      const salted = probes.flatMap(({ salt, prompt }) => (salt === null ? [] : [{ salt, prompt }]));
      expect(identical).toHaveLength(3);
      expect(new Set(identical).size).toBe(1);
      expect(new Set(salted.map(({ salt }) => salt)).size).toBe(2);
      for (const { salt, prompt } of salted) {
        expect(prompt.replace(`Reference: ${salt} (ignore this line)\n`, "")).toBe(identical[0]);
      }
    }
  });

  it("behavior: held-out phrasings come as often as the suite says", () => {
    const big = planOf(suite, "deep");
    const heldOut = (label: string) =>
      sentencesOf(
        { ...wallet, intents: { [label]: { train: [], heldOut: wallet.intents[label]?.heldOut ?? [] } } },
        label,
      );
    const requests = [...itemsOf(big, "R"), ...itemsOf(big, "J")].map(({ probes: [probe] }) => probe);
    const found = requests.filter((probe) => probe && heldOut(probe.truth).test(requestIn(probe.prompt))).length;
    expect(found / requests.length).toBeGreaterThan(0.18);
    expect(found / requests.length).toBeLessThan(0.32);
  });

  it("behavior: variants differ from their base and from each other", () => {
    for (const { probes } of itemsOf(plan, "P")) expect(new Set(probes.map(({ prompt }) => prompt)).size).toBe(6);
  });

  it("behavior: the truth of a conversation is what following it gives", () => {
    const follow = oracleOf({ items: [] });
    for (const { probes, weight } of itemsOf(planOf(suite, "deep"), "C")) {
      expect(probes).toHaveLength(weight + 2);
      const messages = turnsOf(probes).map(({ prompt }) => ({ role: "user", content: prompt }));
      const says = follow({ messages, count: 0 }, Object.create(null), Object.create(null));
      expect(says).toBe(turnsOf(probes).at(-1)?.expected);
    }
  });

  it("behavior: the control of a conversation is all of it in one message", () => {
    const follow = oracleOf({ items: [] });
    for (const { probes } of itemsOf(plan, "C")) {
      const control = controlOf(probes);
      const lines = control?.prompt.split("\n") ?? [];
      expect(lines.slice(1)).toEqual(turnsOf(probes).map(({ prompt }) => prompt));
      const messages = [{ role: "user", content: control?.prompt ?? "" }];
      expect(follow({ messages, count: 0 }, Object.create(null), Object.create(null))).toBe(control?.expected);
    }
  });

  it("behavior: which comes first, the conversation or its control, is drawn", () => {
    const first = plan.order.filter(({ item }, place) => plan.order.findIndex((unit) => unit.item === item) === place);
    const conversations = first.filter(({ item }) => plan.items[item]?.family === "C");
    const before = conversations.filter(({ probes }) => probes.length > 1).length;
    expect(before).toBeGreaterThan(25);
    expect(before).toBeLessThan(59);
  });

  it("behavior: no request ends its own quotation", () => {
    for (const { probes } of plan.items)
      for (const { prompt } of probes) expect(prompt.split(">>").length).toBeLessThan(3);
  });
});
