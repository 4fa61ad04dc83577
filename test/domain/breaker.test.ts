import { describe, expect, test } from "vitest";
import { failureTerms, isContestedBatch } from "../../domain/breaker.ts";
import { memoryFlags } from "../../domain/memory.ts";
import { defaultPolicy } from "../../domain/policy.ts";

describe("isContestedBatch", () => {
  test("default: more than 30 % of the batch, and at least three", () => {
    expect(isContestedBatch(2n, 2n, defaultPolicy)).toBe(false);
    expect(isContestedBatch(3n, 3n, defaultPolicy)).toBe(true);
    expect(isContestedBatch(3n, 10n, defaultPolicy)).toBe(false);
    expect(isContestedBatch(4n, 10n, defaultPolicy)).toBe(true);
    expect(isContestedBatch(19n, 64n, defaultPolicy)).toBe(false);
    expect(isContestedBatch(20n, 64n, defaultPolicy)).toBe(true);
    expect(isContestedBatch(64n, 64n, { breakerBps: 10_000n })).toBe(false);
  });
});

describe("failureTerms", () => {
  const { exists, standard, left, contested } = memoryFlags;

  test("default: freezes unless the batch is contested or the pause is on", () => {
    expect(failureTerms({ flags: exists }, false, false).freezes).toBe(true);
    expect(failureTerms({ flags: exists }, true, false).freezes).toBe(false);
    expect(failureTerms({ flags: exists }, false, true).freezes).toBe(false);
  });

  test("behavior: a second committee confirms, but not during a pause", () => {
    expect(failureTerms({ flags: exists | contested }, true, false).freezes).toBe(true);
    expect(failureTerms({ flags: exists | contested }, true, true).freezes).toBe(false);
  });

  test("behavior: leaving the standard lane before the result does not change its terms", () => {
    expect(failureTerms({ flags: exists }, false, false).standardTerms).toBe(false);
    expect(failureTerms({ flags: exists | standard }, false, false).standardTerms).toBe(true);
    expect(failureTerms({ flags: exists | left }, false, false).standardTerms).toBe(true);
  });
});
