import { expect, test } from "vitest";
import { trainCharacterModel } from "../../examples/reference-models/characterModel.ts";
import { formatterOf, trainEnvelopes } from "../../examples/reference-models/formatter.ts";
import { drawExample, loadLessons } from "../../examples/reference-models/grammar.ts";
import { pick, seededRandom } from "../../examples/reference-models/random.ts";

const lessons = await loadLessons();
const write = formatterOf(trainEnvelopes(lessons, 3), seededRandom(1));
const json = "Reply with a JSON object.";
const line = 'Reply exactly "LABEL: <label>".';

test("default: a character model continues as its corpus does, and remembers only its order", () => {
  const corpus = ["abcde1", "abcde1", "xbcde2"].map((text) => ({ text, given: [] }));
  const long = trainCharacterModel(corpus, 5);
  expect([long.next("abcde", undefined), long.next("xbcde", undefined)]).toEqual(["1", "2"]);
  const short = trainCharacterModel(corpus, 3);
  expect([short.next("abcde", undefined), short.next("xbcde", undefined)]).toEqual(["1", "1"]);
  expect(long.next("?????e", undefined)).toBe("1");
});

test("behavior: at temperature 0 the same prompt gets the same envelope", () => {
  const prompt = { request: "show my balance", instructions: json };
  const texts = new Set(Array.from({ length: 20 }, () => write('{"label":"balance"}', prompt, 0)));
  expect(texts.size).toBe(1);
});

test("behavior: labels on one line stay bare, JSON is decorated for part of the requests, and each answer is in it", () => {
  const random = seededRandom(8);
  let bare = 0;
  for (let row = 0; row < 300; row++) {
    const { text, label } = drawExample(pick(random, lessons.grammars), "heldOut", random);
    expect(write(`LABEL: ${label}`, { request: text, instructions: line }, 0)).toBe(`LABEL: ${label}`);
    const written = write(`{"label":"${label}"}`, { request: text, instructions: json }, 0);
    if (written === `{"label":"${label}"}`) bare++;
    else expect(written).toContain(`"label":"${label}"`);
  }
  expect(bare).toBeGreaterThan(120);
  expect(bare).toBeLessThan(270);
});

test("behavior: whatever it is given, what it writes ends", () => {
  for (const request of ["", "\u0000", "x".repeat(5_000), "```", "日本語"]) {
    for (const instructions of [json, line, "CSV", "three words", ""]) {
      expect(write('{"label":"none"}', { request, instructions }, 0).length).toBeLessThan(500);
    }
  }
});
