import { expect, test } from "vitest";
import { trainCharacterModel } from "../../examples/reference-models/characterModel.ts";
import { formatterOf, trainEnvelopes } from "../../examples/reference-models/formatter.ts";
import { drawExample, loadGrammar } from "../../examples/reference-models/grammar.ts";
import { seededRandom } from "../../examples/reference-models/random.ts";

const grammar = loadGrammar();
const write = formatterOf(trainEnvelopes(grammar, 3), seededRandom(1));

test("default: a character model continues as its corpus does, and remembers only its order", () => {
  const corpus = ["abcde1", "abcde1", "xbcde2"].map((text) => ({ text, given: [] }));
  const long = trainCharacterModel(corpus, 5);
  expect([long.next("abcde", undefined), long.next("xbcde", undefined)]).toEqual(["1", "2"]);
  const short = trainCharacterModel(corpus, 3);
  expect([short.next("abcde", undefined), short.next("xbcde", undefined)]).toEqual(["1", "1"]);
  expect(long.next("?????e", undefined)).toBe("1");
});

test("behavior: at temperature 0 the same prompt gets the same envelope", () => {
  const prompt = { request: "show my balance", contract: "json" as const };
  const texts = new Set(Array.from({ length: 20 }, () => write('{"label":"balance"}', prompt, 0)));
  expect(texts.size).toBe(1);
});

test("behavior: labels on one line stay bare, JSON is decorated for part of the requests, and each answer is in it", () => {
  const random = seededRandom(8);
  let bare = 0;
  for (let row = 0; row < 300; row++) {
    const { text, label } = drawExample(grammar, "heldOut", random);
    expect(write(`LABEL: ${label}`, { request: text, contract: "line" }, 0)).toBe(`LABEL: ${label}`);
    const json = write(`{"label":"${label}"}`, { request: text, contract: "json" }, 0);
    if (json === `{"label":"${label}"}`) bare++;
    else expect(json).toContain(`"label":"${label}"`);
  }
  expect(bare).toBeGreaterThan(120);
  expect(bare).toBeLessThan(270);
});

test("behavior: whatever it is given, what it writes ends", () => {
  for (const request of ["", "\u0000", "x".repeat(5_000), "```", "日本語"]) {
    for (const contract of ["json", "csv", "words", "line"] as const) {
      expect(write('{"label":"none"}', { request, contract }, 0).length).toBeLessThan(500);
    }
  }
});
