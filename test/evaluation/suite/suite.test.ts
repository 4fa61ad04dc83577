import { describe, expect, it } from "vitest";
import { loadPack, loadSuite, parseSuite, suiteHash } from "../../../evaluation/suite/suite.ts";
import { classificationOf, planOf } from "../testSuite.ts";

const standard = await loadSuite();
const [wallet] = standard.packs;
const requests = classificationOf(standard);

/** The standard suite with another classification. */
function classifying(changes: object) {
  return { ...standard, packs: [{ ...wallet, classification: { ...requests, ...changes } }] };
}

/** The same document with the members of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, entry]) => [key, reversed(entry)]),
  );
}

describe("suite", () => {
  it("default: the standard suite asks what the protocol says", () => {
    expect(standard.profiles.standard).toEqual({
      repeat: 80,
      format: 80,
      carryOverPerDepth: 14,
      perturbation: 50,
      edgePerStratum: 10,
      edgeNearLimit: false,
      load: 93,
      regression: 60,
    });
    expect(Object.keys(requests.intents)).toHaveLength(8);
    for (const { train, heldOut } of Object.values(requests.intents)) {
      expect([train.length, heldOut.length]).toEqual([9, 3]);
    }
  });

  it("behavior: neither hash nor plan depends on the order of members", () => {
    const other = parseSuite(reversed(standard));
    expect(suiteHash(other)).toBe(suiteHash(standard));
    expect(planOf(other, "lite")).toEqual(planOf(standard, "lite"));
  });

  it.each([
    ["unknown field", { ...standard, extra: 1 }, 's.json: unknown field "extra"'],
    [
      "unknown inner field",
      { ...standard, transport: { ...standard.transport, retries: 9 } },
      's.json: unknown field "transport.retries"',
    ],
    [
      "a third retry",
      { ...standard, transport: { ...standard.transport, retryDelaysMs: [1, 1, 1] } },
      's.json: field "transport.retryDelaysMs"',
    ],
    [
      "warm decoding",
      { ...standard, decoding: { temperature: 1, maxTokens: 9 } },
      's.json: field "decoding.temperature"',
    ],
    ["an intent that is no label", classifying({ labels: ["stake", "none"] }), "is not among the labels"],
    [
      "a place without words",
      classifying({ words: {} }),
      'field "packs.0.classification.intents.transfer": "send {n} {a} to {p}" uses {n}, for which there are no words',
    ],
    [
      "a phrase that ends the quotation",
      classifying({ words: { ...requests.words, a: ["x>>"] } }),
      's.json: field "packs.0.classification.words.a.0"',
    ],
  ])("error: %s", (_, value, line) => {
    expect(() => parseSuite(value, "s.json")).toThrowError(
      expect.objectContaining({ name: "SuiteError", message: expect.stringContaining(line) }),
    );
  });

  it("error: a file that is not there", async () => {
    await expect(loadSuite("/no/suite.json")).rejects.toThrow(
      "/no/suite.json: does not exist; check the path of the suite",
    );
    await expect(loadPack("/no/pack.json")).rejects.toThrow(
      "/no/pack.json: does not exist; check the path of the pack",
    );
  });
});
