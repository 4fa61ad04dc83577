import { EvaluationError } from "../evaluationError.ts";
import type { Header } from "../evidence/evidenceRecord.ts";
import type { RunIdentity } from "../grading/runIdentity.ts";
import { parseManifest } from "../manifest/manifest.ts";
import { buildPlan, type Plan } from "../plan/plan.ts";
import type { Pack } from "../suite/pack.ts";
import { parseSuite } from "../suite/suite.ts";
import { AttemptChecker } from "./attemptChecker.ts";
import { ReplayMismatch } from "./replayMismatch.ts";

/** What the header gives. */
export interface Opened {
  readonly identity: RunIdentity;
  readonly plan: Plan;
  readonly checker: AttemptChecker;
  readonly referenceUrl: string | null;
}

/** @throws ReplayMismatch when manifest or suite are not what they must be */
export function openHeader(header: Header, where: string, packs: readonly Pack[]): Opened {
  const { profile, seed, context } = header;
  try {
    const manifest = parseManifest(header.manifest, `${where}, field manifest`);
    const suite = parseSuite(header.suite, `${where}, field suite`, packs);
    // Kept as strings of hex by the schema; the template type is narrower than what zod infers.
    const previous = header.previous ?? undefined;
    const identity: RunIdentity = { manifest, suite, profile, seed: `0x${seed.slice(2)}`, context, previous };
    const plan = buildPlan(identity);
    const checker = new AttemptChecker({ plan, suite, manifest, seed: identity.seed });
    return { identity, plan, checker, referenceUrl: header.referenceUrl };
  } catch (error) {
    if (error instanceof EvaluationError) throw new ReplayMismatch(where, error.message);
    throw error;
  }
}
