import { defaultPolicy } from "../../../domain/policy.ts";
import type { EdgeCasesByRule } from "./edgeFixtures.ts";

/** From the default policy with the first changes to the default policy with the second ones. */
const change = (policy: object, otherPolicy: object) => ({ policy, otherPolicy });

const [first, second, ...others] = defaultPolicy.floorsBps;

/** Cases about changes of the standards. */
export const boardEdgeCases: EdgeCasesByRule = {
  "policy-direction": {
    about: "Fields that a change tightens and loosens, as bitmaps in struct order.",
    cases: {
      "no change": change({}, {}),
      "one floor up": change({}, { floorsBps: [first + 1n, second, ...others] }),
      "one floor down": change({}, { floorsBps: [first - 1n, second, ...others] }),
      "one floor up, another down": change({}, { floorsBps: [first + 1n, second - 1n, ...others] }),
      "a family is gated anew": change({ floorsBps: [0n, second, ...others] }, {}),
      "a larger bond": change({}, { bondMin: defaultPolicy.bondMin + 1n }),
      "a smaller bond": change({}, { bondMin: defaultPolicy.bondMin - 1n }),
      "results expire sooner": change({}, { maxAge: defaultPolicy.maxAge - 1n }),
      "another suite": change({}, { suiteHash: `0x${"11".repeat(32)}` }),
      "an arbitrator": change({}, { arbitrator: `0x${"11".repeat(20)}` }),
      "the last field of all goes": change({ arbitrator: `0x${"11".repeat(20)}` }, {}),
      "everything at once": change({ massMin: 1n, hysteresisBps: 0n }, { massCap: 1_000n, lossEpoch: 1n, slots: 1n }),
    },
  },
};
