import { describe, expect, test } from "vitest";
import { createAdmissionNews } from "../../scripts/devnet/admissionNews.ts";

const models = (admitted: boolean) => [
  { name: "demo", admitted: false },
  { name: "anchor", admitted },
];

describe("what the devnet says of an admission", () => {
  test("default: a new devnet's first one, once", () => {
    const news = createAdmissionNews(false);
    expect([news([], 1), news(models(false), 2), news(models(true), 99.6), news(models(true), 101)]).toEqual([
      undefined,
      undefined,
      "first admission 100 s after the start",
      undefined,
    ]);
  });

  test("behavior: after a restart, during which a record may have grown stale, it is not called the first", () => {
    const news = createAdmissionNews(true);
    news(models(false), 2);
    expect(news(models(true), 40)).toBe("anchor admitted 40 s after this start, which went on from an earlier one");
  });

  test("behavior: who is admitted at the first look is no news", () => {
    const news = createAdmissionNews(true);
    expect([news(models(true), 5), news(models(false), 9), news(models(true), 12)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
