import { describe, expect, test } from "vitest";
import { reasonsOf } from "../../../domain/reasons.ts";
import { asExplanation } from "../admissionShape.ts";
import { cast } from "../cast.ts";
import { stagePolicy } from "../Stage.ts";
import { admissionsAt, type World } from "../World.ts";

const modelIds = Object.values(cast);

/** Admission computed when read, against the lens contract. */
export function describeAdmission(world: World): void {
  describe("admission at read time", () => {
    const laterBy: [string, bigint][] = [
      ["now", 0n],
      ["a minute later", 60n],
      ["at the age limit", stagePolicy.maxAge],
      ["one half-life later", stagePolicy.halfLife],
      ["two scar half-lives later", 4n * stagePolicy.halfLife],
      ["long after", 100n * stagePolicy.halfLife],
    ];

    test.each(laterBy)("behavior: equals the lens for every model %s", async (_, seconds) => {
      const { timestamp } = await world.stage.chain.getBlock();
      const answers = await admissionsAt(world, timestamp + seconds);
      expect([...answers.keys()]).toEqual(modelIds);
      for (const [modelId, answer] of answers) {
        expect(asExplanation(answer), `model ${modelId}`).toEqual(
          await world.stage.lens.read.explainAt([modelId, timestamp + seconds]),
        );
        expect(answer.reasons.map(({ code }) => code)).toEqual(reasonsOf(answer.reasonBits));
      }
    });

    test("behavior: equals the lens under an announced policy, and under one that was taken back", async () => {
      const { timestamp } = await world.stage.chain.getBlock();
      for (const policyId of [2n, 3n]) {
        for (const [modelId, answer] of await admissionsAt(world, timestamp, policyId)) {
          expect(asExplanation(answer), `model ${modelId}, policy ${policyId}`).toEqual(
            await world.stage.lens.read.simulateAt([modelId, policyId, timestamp]),
          );
        }
      }
    });

    test("behavior: exposure equals the lens", async () => {
      const answers = await admissionsAt(world);
      // 0 for an admitted model, too, when lot has drawn the evaluators whose bonds are gone.
      for (const [modelId, { exposure, admitted }] of answers) {
        expect(exposure).toBe(await world.stage.lens.read.exposure([modelId]));
        if (!admitted) expect(exposure).toBe(0n);
      }
    });

    test("error: an unknown policy", async () => {
      const query = `{ explain(modelId: "${cast.anchor}", policyId: "9") { state } }`;
      expect(await world.indexer.failure(query)).toEqual({ code: "NOT_FOUND", message: expect.stringContaining("9") });
    });

    test("default: the time is that of the last indexed block", async () => {
      const { timestamp } = await world.stage.chain.getBlock();
      const answers = await admissionsAt(world);
      expect(answers).toEqual(await admissionsAt(world, timestamp));
    });

    test("behavior: every part of the cast stands where the story put it", async () => {
      const answers = await admissionsAt(world);
      const standing = modelIds.map((id) => answers.get(id)).map((answer) => [answer?.state, answer?.reasons[0]?.code]);
      expect(standing).toEqual([
        ["Admitted", undefined],
        ["Eligible", "perturbation"],
        ["Contested", "clean-rounds-owed"],
        ["Eligible", "too-few-rounds"],
        ["Experimental", "not-standard-lane"],
        ["Unbonded", "not-standard-lane"],
        ["Contested", "too-few-rounds"],
        ["Admitted", undefined],
        ["Eligible", "too-few-rounds"],
        ["Eligible", "too-few-rounds"],
        ["Eligible", "too-few-rounds"],
        ["Suspended", "result-needed"],
        ["Retired", "retired"],
      ]);
    });

    test("behavior: a family below its bar says the distance and that more evidence does not help", async () => {
      const shaky = (await admissionsAt(world)).get(cast.shaky);
      const family = shaky?.families.find(({ family }) => family === "P");
      expect(family).toMatchObject({ passes: false, itemsNeeded: null });
      expect(family?.distance).toBeLessThan(0n);
      expect(shaky?.reasons.find(({ code }) => code === "perturbation")?.sentence).toContain("Perturbation (P)");
    });

    test("behavior: what nobody re-evaluates goes stale", async () => {
      const { timestamp } = await world.stage.chain.getBlock();
      const anchor = (await admissionsAt(world, timestamp + 2n * stagePolicy.maxAge)).get(cast.anchor);
      expect(anchor?.state).toBe("Stale");
      expect(anchor?.reasons.map(({ code }) => code)).toContain("result-too-old");
    });

    test("error: a time before the last change", async () => {
      const { code, message } = await world.indexer.failure(
        `{ explain(modelId: "${cast.anchor}", at: "2020-01-01T00:00:00Z") { state } }`,
      );
      expect(code).toBe("AT_BEFORE_LAST_CHANGE");
      expect(message).toContain("2020-01-01T00:00:00Z");
    });
  });
}
