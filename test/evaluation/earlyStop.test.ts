import { describe, expect, it } from "vitest";
import type { Suite } from "../../evaluation/suite/suite.ts";
import { measureModel } from "./measureModel.ts";
import { type Answer, oracleOf } from "./modelServer.ts";
import { planOf, quickTempered } from "./testSuite.ts";

const base = await quickTempered();
const counts = { repeat: 64, format: 64, carryOverPerDepth: 12, perturbation: 64, edgePerStratum: 11, load: 10 };
const profiles = { ...base.profiles, standard: { ...base.profiles.standard, ...counts } };
const patient: Suite = { ...base, profiles };
const suite: Suite = { ...patient, earlyStop: { ...base.earlyStop, profiles: ["standard"], blocks: 16 } };
const plan = planOf(suite, "standard");
const oracle = oracleOf(plan);

describe("early stop", () => {
  it("default: a model that is right is not asked everything, and is credited a third of what was counted", async () => {
    const { details, items, stats, families } = await measureModel(oracle, { suite, profile: "standard" });
    expect(details.earlyStop?.decision).toBe("good");
    const all = plan.items.flatMap(({ probes }) => probes).length;
    expect(stats.attempts).toBeLessThan(all * 0.75);
    const counted = families.R.items + families.J.items + families.C.items + families.P.items + families.E.items;
    expect(counted).toBe(details.earlyStop?.items);
    expect(items).toBe(Math.floor((counted + families.L.items) / 3));
    // Load is always measured in full: a result without it could not be posted.
    expect(families.L.items).toBe(10);
  });

  it("behavior: a model that is bad in one family is soon not asked any more", async () => {
    const brittle: Answer = (chat, response, request) =>
      /[A-Z]{4}|!!|, .*,/.test(/<<([\s\S]*)>>/.exec(chat.messages.at(-1)?.content ?? "")?.[1] ?? "")
        ? "LABEL: none"
        : oracle(chat, response, request);
    const good = await measureModel(oracle, { suite, profile: "standard" });
    const { details, stats, scores } = await measureModel(brittle, { suite, profile: "standard" });
    expect(details.earlyStop?.decision).toBe("bad");
    expect(scores.P).toBeLessThan(5_000);
    expect(stats.attempts).toBeLessThan(good.stats.attempts);
  });

  it("behavior: profiles that did not ask for it are never cut short", async () => {
    const { details, stats } = await measureModel(oracle, { suite: patient, profile: "quick" });
    expect(details.earlyStop).toBeNull();
    expect(stats.attempts).toBe(planOf(patient, "quick").items.flatMap(({ probes }) => probes).length);
  });

  it("behavior: in blocks, every item is complete within its block and still far apart", () => {
    const places = new Map<number, number[]>();
    for (const [place, { item }] of plan.order.entries()) places.set(item, [...(places.get(item) ?? []), place]);
    for (const at of places.values()) {
      expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan((plan.order.length / 16) * 1.5);
    }
  });
});
