import type { Suite } from "../../../evaluation/suite/suite.ts";

/** Some 50 requests a version, and no load phase: its arrivals wait at the endpoint, whatever concurrency the endpoint declares. */
const counts = {
  repeat: 4,
  format: 4,
  carryOverPerDepth: 1,
  perturbation: 1,
  edgePerStratum: 0,
  edgeNearLimit: false,
  load: 0,
  regression: 0,
};

/** On a machine that is busy with everything else, a request may leave late. */
const maxLatenessMs = 30_000;

/** The standard suite, short enough to be measured by the dozen. */
export const shortSuite = (standard: Suite): Suite => ({
  ...standard,
  name: "short",
  schedule: { maxLatenessMs },
  profiles: { ...standard.profiles, quick: counts },
});
