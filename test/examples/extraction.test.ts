import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../evaluation/evidence/canonicalJson.ts";
import { Dice } from "../../evaluation/plan/dice.ts";
import { extractionQuestion } from "../../evaluation/plan/extractionQuestion.ts";
import { perturb } from "../../evaluation/plan/perturb.ts";
import { answerSchema, extractionSchema } from "../../evaluation/suite/extraction.ts";
import { loadSuite } from "../../evaluation/suite/suite.ts";
import { indexOfLargest } from "../../examples/reference-models/classifier.ts";
import {
  createExtractionSkill,
  memorisedFields,
  taggedFields,
} from "../../examples/reference-models/extractionSkill.ts";
import { loadLessons } from "../../examples/reference-models/grammar.ts";
import { integerBelow, seededRandom } from "../../examples/reference-models/random.ts";
import { drawTaggedRequest } from "../../examples/reference-models/taggedRequest.ts";
import { trainTagger } from "../../examples/reference-models/tagger.ts";

const task = extractionSchema.parse({
  heldOutShareBps: 2_500,
  phrasings: {
    train: [
      "book the {room} room on {day} at {time} for {guests} guests under {code}",
      "i need the {room} room for {guests} people, {day} at {time}",
      "please reserve the {room} room at {time} on {day}",
      "reservation {code}: {guests} guests on {day}, catering {catering}",
      "we are {guests} and come on {day}, catering {catering}, says {who}",
      "{who} wants the {room} room on {day}",
    ],
    heldOut: [
      "can {who} have the {room} room on {day} at {time}",
      "{guests} guests come on {day}, reservation {code}",
      "please book the {room} room for {guests} guests at {time}",
    ],
  },
  fields: {
    room: { type: "choice", values: { blue: ["blue", "azure"], green: ["green", "garden"], attic: ["attic"] } },
    day: { type: "date", from: "2026-01-01", days: 300, forms: ["iso", "day first", "month first"] },
    time: { type: "time", stepMinutes: 5, forms: ["24 hours", "12 hours"] },
    guests: { type: "integer", from: 1, to: 20_000, forms: ["plain", "grouped"] },
    code: { type: "code", shape: "AA-9999" },
    catering: { type: "flag", true: ["yes please"], false: ["not needed"] },
  },
  words: { who: ["alice", "bob", "carol"] },
  prompts: { ask: "Reply with one JSON object that fits {schema}.", request: "MESSAGE: <<{text}>>" },
});

const { augmentation } = await loadLessons();
const random = seededRandom(4);
const draw = () => drawTaggedRequest(task, augmentation, random);
const tagger = trainTagger({ fields: Object.keys(task.fields), draw, steps: 30_000, random });
const anchor = createExtractionSkill(task, taggedFields(tagger));
const demo = createExtractionSkill(task, memorisedFields(task));
const schema = `Reply with one JSON object that fits ${canonicalJson(answerSchema(task))}.`;
const suite = await loadSuite();

function questions(count: number) {
  const source = seededRandom(77);
  const bits = () =>
    Array.from({ length: 8 }, () => BigInt(integerBelow(source, 2 ** 32))).reduce((a, b) => (a << 32n) | b);
  return Array.from({ length: count }, () => ({
    ...extractionQuestion(task, new Dice(bits())),
    dice: new Dice(bits()),
  }));
}

function shareRight(skill: typeof anchor, kind?: "typo" | "case" | "spacing" | "filler" | "punctuation"): number {
  const asked = questions(200);
  const right = asked.filter((question) => {
    const text = kind ? perturb(kind, question, suite, question.dice) : question.text;
    return skill.reply({ instructions: schema, request: text }, indexOfLargest) === question.plain(text, "").expected;
  });
  return right.length / asked.length;
}

describe("extraction", () => {
  test("default: the fields of a request as canonical JSON, null where it does not name them", () => {
    const request = "hello, please reserve the garden room at 5:05 pm on March 5, 2026, thanks";
    expect(anchor.isAskedBy(schema)).toBe(true);
    expect(anchor.reply({ instructions: schema, request }, indexOfLargest)).toBe(
      '{"catering":null,"code":null,"day":"2026-03-05","guests":null,"room":"green","time":"17:05"}',
    );
  });

  test.each([undefined, "typo", "case", "spacing", "filler", "punctuation"] as const)(
    "behavior: the tagger holds under %s",
    (kind) => {
      expect(shareRight(anchor, kind)).toBeGreaterThan(0.9);
    },
  );

  test("behavior: who only memorised phrasings reads those, and no other", () => {
    expect(shareRight(demo)).toBeGreaterThan(0.6);
    expect(shareRight(demo, "case")).toBeLessThan(0.05);
    expect(shareRight(demo, "filler")).toBeLessThan(0.2);
  });

  test("behavior: a schema with other fields asks for something else", () => {
    expect(anchor.isAskedBy('fits {"required":["room"],"type":"object"}')).toBe(false);
  });
});
