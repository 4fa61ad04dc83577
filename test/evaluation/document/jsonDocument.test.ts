import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { JsonDocument } from "../../../evaluation/document/jsonDocument.ts";
import { EvaluationError } from "../../../evaluation/evaluationError.ts";

class FileError extends EvaluationError {}

const schema = z.strictObject({
  name: z.string().min(1).max(4),
  count: z.int().min(1).max(9),
  mode: z.enum(["slow", "fast"]),
  words: z.array(z.string()).max(2),
  shape: z.union([
    z.strictObject({ kind: z.literal("circle"), radius: z.int() }),
    z.strictObject({ kind: z.literal("box"), sides: z.array(z.int()) }),
  ]),
});

const good = `{
  "name": "a",
  "count": 1,
  "mode": "slow",
  "words": ["x"],
  "shape": { "kind": "box", "sides": [1, 2] }
}
`;

const check = (text: string) => JsonDocument.parse(text, "f.json", FileError).check(schema, FileError);

describe("JsonDocument", () => {
  it("default: the value, checked", () => {
    expect(check(good)).toEqual(JSON.parse(good));
  });

  it.each([
    [
      "an unknown field",
      ['"count": 1,', '"count": 1,\n  "colour": 2,'],
      'f.json:4:3: unknown field "colour"; remove it',
    ],
    ["a missing field", ['  "count": 1,\n', ""], 'f.json:1:1: field "count" is missing; add it, expected a number'],
    ["a wrong type", ['"count": 1', '"count": "1"'], 'f.json:3:3: field "count" is a text, expected a number;'],
    ["too small", ['"count": 1', '"count": 0'], 'f.json:3:3: field "count" is 0, at least 1 needed; correct the value'],
    ["too long", ['"a"', '"abcde"'], 'f.json:2:3: field "name" has 5 characters, at most 4 allowed; correct the value'],
    ["too many", ['["x"]', '["x","y","z"]'], 'f.json:5:3: field "words" has 3 entries, at most 2 allowed'],
    ["a wrong word", ['"slow"', '"medium"'], 'f.json:4:3: field "mode" is "medium", expected one of "slow", "fast"'],
    [
      "an entry of a list",
      ['["x"]', '["x", 7]'],
      'f.json:5:18: field "words.1" is 7, expected a text; correct the value',
    ],
    [
      "an alternative's inside",
      ["[1, 2]", '[1,\n"2"]'],
      'f.json:7:1: field "shape.sides.1" is a text, expected a number',
    ],
    ["a comment", ['"a",', '"a", // me'], "f.json:2:16: comments are not JSON; correct the file"],
    ["a forgotten comma", ['"a",', '"a"'], 'f.json:3:3: expected "," before this; correct the file'],
    ["a comma too many", ["[1, 2]", "[1, 2,]"], "f.json:6:44: expected a value"],
    [
      "a member twice",
      ['"count": 1,', '"count": 1,\n  "count": 2,'],
      'f.json:4:3: member "count" stands here a second',
    ],
    ["a text that does not end", ['"slow",', '"slow,'], "f.json:4:11: "],
    ["single quotes", ['"slow"', "'slow'"], "f.json:4:11: "],
    ["an end too early", ["}\n}\n", "}\n"], 'f.json:7:1: expected "}"'],
    ["nothing", [good, ""], "f.json:1:1: expected a value"],
    ["too deep", [good, "[".repeat(100_000)], "f.json:1:65: over 64 objects and arrays inside each other"],
  ])("error: %s has one line with file, line, column and remedy", (_, [from = "", to = ""], line) => {
    expect(() => check(good.replace(from, to))).toThrowError(
      expect.objectContaining({ name: "FileError", message: expect.stringContaining(line) }),
    );
    expect(() => check(good.replace(from, to))).toThrowError(/^[^\n]+$/);
  });

  it("behavior: a secret in the wrong field is not repeated", () => {
    expect(() => check(good.replace("1,", '"sk-4711",'))).toThrowError(expect.not.stringContaining("4711"));
  });

  it("behavior: of any text it makes what JSON.parse makes, or one line", () => {
    const pieces = fc.constantFrom(
      ...'{}[],:"\\ \n',
      "1",
      "-",
      "e",
      "a",
      "true",
      "\\u",
      "\u0001",
      '"a"',
      "null",
      "//",
      "\ud800",
    );
    const texts = fc.oneof(fc.string({ unit: pieces }), fc.json(), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(JsonDocument.parse(text, "f", FileError).value).toEqual(JSON.parse(text));
        } catch (error) {
          expect(error).toMatchObject({ name: "FileError", message: expect.stringMatching(/^f:\d+:\d+: [^\n]+$/) });
        }
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
