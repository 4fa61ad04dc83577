import { describe, expect, it } from "vitest";
import { embedJson } from "../../../evaluation/report/embedJson.ts";
import { Texts } from "../../../evaluation/report/texts.ts";

describe("Texts", () => {
  it("default: the same text has the same place", () => {
    const texts = new Texts();
    expect(["a", "b", "a"].map((text) => texts.place(text))).toEqual([0, 1, 0]);
    expect(texts.within(1_000)).toEqual(["a", "b"]);
  });

  it("behavior: what is too much is cut, the longest first, and says so", () => {
    const texts = new Texts();
    texts.place("short");
    texts.place("x".repeat(100_000));
    const [short, long] = texts.within(30_000);
    expect(short).toBe("short");
    expect(long).toMatch(/^x{25000} … \[75000 more characters in the evidence\]$/);
  });

  it("behavior: five thousand items with hostile replies stay below ten megabytes", () => {
    const texts = new Texts();
    for (let item = 0; item < 5_000; item++) {
      texts.place(`${item} ${"prompt ".repeat(60)}`);
      texts.place(`${item} ${"\u0000<\ud800".repeat(3_000)}`);
    }
    expect(embedJson(texts.within(6 * 1_048_576)).length).toBeLessThan(9_000_000);
  });
});

describe("embedJson", () => {
  it("default: reads as what was written", () => {
    const value = { a: ["</script>", "<!--", "\u2028\u2029", "\ud800", "&amp;", "日本"] };
    expect(JSON.parse(embedJson(value))).toEqual(value);
  });

  it("behavior: holds nothing that could end or change a script element", () => {
    expect(embedJson({ "<": "</script><!--]]>&\u2028" })).not.toMatch(/[<>&\u2028\u2029]/);
  });
});
