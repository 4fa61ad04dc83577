import type { Case } from "../cases.ts";
import { loadSuite, type Profile, parseSuite, profiles, type Suite } from "../suite.ts";

/** Items of R, J and P per profile: each case once at most, because asking the same again is no further evidence. */
const itemsPerProfile: Readonly<Record<Profile, number>> = { quick: 10, lite: 20, standard: 2_000, deep: 2_000 };

/** Load and regression take many independent questions, edges a list of labels: a list of prompts has neither. */
const none = { load: 0, regression: 0, edgePerStratum: 0 };

/**
 * A suite that asks the given cases, with the standard suite's transport, schedule and loads.
 * @throws SuiteError
 */
export async function suiteOfCases(name: string, cases: readonly Case[]): Promise<Suite> {
  const standard = await loadSuite();
  const counts = profiles.map((profile) => {
    const items = Math.min(cases.length, itemsPerProfile[profile]);
    return [
      profile,
      { ...standard.profiles[profile], ...none, repeat: items, format: items, perturbation: items },
    ] as const;
  });
  return parseSuite({
    ...standard,
    name: name.slice(0, 64),
    version: 1,
    packs: [{ name: "imported", cases }],
    profiles: Object.fromEntries(counts),
    // Prompts of one's own are answered at greater length than a label.
    decoding: { ...standard.decoding, maxTokens: 1024 },
    transport: { ...standard.transport, requestTimeoutMs: 60_000, maxBodyBytes: 262_144 },
  });
}
