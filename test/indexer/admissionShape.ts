import { z } from "zod";
import { admissionStates } from "../../domain/admission.ts";
import { families } from "../../domain/families.ts";
import type { Stage } from "./Stage.ts";

/** Every number of an admission, as GraphQL answers it. */
export const admissionFields = /* GraphQL */ `
  state admitted reasonBits massItems scarItems rounds roundsOnRecord cleanRoundsOwed qualityBps maturityBps weight activeStake activeBond openFreezes exposure
  updatedAt validUntil
  reasons { code sentence itemsNeeded }
  families { family gated passes rate lowerBound bar items distance itemsNeeded }
`;

const count = z.number().int().transform(BigInt);
const amount = z.string().transform(BigInt);
/** Seconds; 0 for null, as on chain. */
const time = z
  .string()
  .nullable()
  .transform((text) => (text === null ? 0n : BigInt(Date.parse(text) / 1000)));

const family = z.object({
  family: z.enum(families),
  gated: z.boolean(),
  passes: z.boolean(),
  rate: count,
  lowerBound: count,
  bar: count,
  items: count,
  distance: count,
  itemsNeeded: z.number().int().nullable(),
});

export const admissionShape = z.object({
  state: z.enum(admissionStates),
  admitted: z.boolean(),
  reasonBits: amount,
  massItems: count,
  scarItems: count,
  rounds: count,
  roundsOnRecord: count,
  cleanRoundsOwed: count,
  qualityBps: count,
  maturityBps: count,
  weight: count,
  activeStake: amount,
  activeBond: amount,
  openFreezes: count,
  exposure: amount,
  updatedAt: time,
  validUntil: time,
  reasons: z.array(z.object({ code: z.string(), sentence: z.string(), itemsNeeded: z.number().nullable() })),
  families: z.array(family).length(7),
});

export type AnsweredAdmission = z.infer<typeof admissionShape>;

/** What the lens says of items that no number of would do. */
const never = 2n ** 256n - 1n;

/** An answer in the shape of the contract's struct. */
export function asExplanation(answer: AnsweredAdmission): Awaited<ReturnType<Stage["lens"]["read"]["explainAt"]>> {
  const [R, J, C, P, E, L, T] = answer.families.map(({ gated, passes, rate, lowerBound, bar, ...rest }) => ({
    gated,
    passes,
    rate,
    lowerBound,
    bar,
    distance: rest.distance,
    items: rest.items,
    itemsNeeded: rest.itemsNeeded === null ? never : BigInt(rest.itemsNeeded),
  }));
  if (!R || !J || !C || !P || !E || !L || !T) throw new Error("an admission has seven families");
  return {
    state: admissionStates.indexOf(answer.state),
    admitted: answer.admitted,
    reasons: answer.reasonBits,
    families: [R, J, C, P, E, L, T],
    mass: answer.massItems,
    scar: answer.scarItems,
    rounds: answer.rounds,
    roundsOnRecord: answer.roundsOnRecord,
    cleanRoundsOwed: answer.cleanRoundsOwed,
    qualityBps: answer.qualityBps,
    maturityBps: answer.maturityBps,
    weight: answer.weight,
    activeStake: answer.activeStake,
    activeBond: answer.activeBond,
    openFreezes: answer.openFreezes,
    updatedAt: answer.updatedAt,
    validUntil: answer.validUntil,
  };
}
