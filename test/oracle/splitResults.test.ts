import { describe, expect, test } from "vitest";
import { isContestedBatch } from "../../domain/breaker.ts";
import { defaultPolicy } from "../../domain/policy.ts";
import { splitResults } from "../../oracle/node/splitResults.ts";

/** Results by what they do: p passes, f fails. */
const results = (letters: string) => [...letters].map((letter, id) => ({ id, fails: letter === "f" }));
const split = (letters: string, members = 7, policy = defaultPolicy) =>
  splitResults(results(letters), members, policy).map((batch) =>
    batch.map(({ fails }) => (fails ? "f" : "p")).join(""),
  );

describe("splitResults", () => {
  test("default: without a failing result everything is one batch", () => {
    expect(split("pppp")).toEqual(["pppp"]);
  });

  test("behavior: failing results go by themselves when they need more signers", () => {
    expect(split("pfpp")).toEqual(["ppp", "f"]);
    expect(split("pfpf")).toEqual(["pp", "ff"]);
    expect(split("ff")).toEqual(["ff"]);
    // Two of three are enough for everything.
    expect(split("pfpp", 3, { ...defaultPolicy, committeeSize: 3n, quorum: 2n })).toEqual(["pfpp"]);
  });

  test("behavior: the breaker holds for a part exactly when it held for the whole", () => {
    for (let passing = 0; passing <= 12; passing += 1) {
      for (let failing = 0; failing <= 12; failing += 1) {
        if (passing + failing === 0) continue;
        const letters = "p".repeat(passing) + "f".repeat(failing);
        const contested = isContestedBatch(BigInt(failing), BigInt(letters.length), defaultPolicy);
        const parts = split(letters);
        expect(parts.join("")).toBe(letters);
        for (const part of parts.filter((each) => each.includes("f"))) {
          const fails = BigInt([...part].filter((letter) => letter === "f").length);
          expect(isContestedBatch(fails, BigInt(part.length), defaultPolicy)).toBe(contested);
        }
      }
    }
  });
});
