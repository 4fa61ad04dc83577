import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CanonicalJsonError, canonicalJson } from "../../../evaluation/evidence/canonicalJson.ts";

/** The subset: what our documents are made of. */
const documents = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { maxKeys: 5 }),
  ),
})).value;

describe("canonicalJson", () => {
  it("default: sorts members by UTF-16 code units (RFC 8785 §3.2.3)", () => {
    const value = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 };
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}');
  });

  it("default: escapes strings as RFC 8785 §3.2.2.2 does", () => {
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\\\"/')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
    expect(canonicalJson("\b\t\n\f\r\u0000\u007f")).toBe('"\\b\\t\\n\\f\\r\\u0000\u007f"');
  });

  it("default: literals, integers, nesting", () => {
    expect(canonicalJson([null, true, -0, 9007199254740991, { b: [], a: {} }])).toBe(
      '[null,true,0,9007199254740991,{"a":{},"b":[]}]',
    );
  });

  it("behavior: parsing it gives the value back, and canonicalising again the same text", () => {
    fc.assert(
      fc.property(documents, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("behavior: the order of members makes no difference", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.nat()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it.each([
    ["fraction", { a: [0.5] }, "a[0]"],
    ["unsafe integer", { a: 2 ** 53 }, "a"],
    ["not a number", Number.NaN, ""],
    ["undefined member", { a: { b: undefined } }, "a.b"],
    ["hole", new Array(1), "[0]"],
    ["bigint", 1n, ""],
    ["class instance", { at: new Date(0) }, "at"],
    ["lone surrogate", { text: "\ud800" }, "text"],
    ["lone surrogate in a key", { "\udc00": 1 }, "\udc00"],
  ])("error: %s is refused with its path", (_, value, path) => {
    expect(() => canonicalJson(value)).toThrowError(expect.objectContaining({ name: "CanonicalJsonError", path }));
  });

  it("error: nesting without end", () => {
    const knot: unknown[] = [];
    knot.push(knot);
    expect(() => canonicalJson(knot)).toThrow(CanonicalJsonError);
  });
});
