/** How far a dispute has come, in the order of the enum in contracts/interfaces/ICourt.sol. */
export const disputeStages = ["none", "opened", "drawn", "reevaluated", "appealed", "ruled", "executed"] as const;

export type DisputeStage = (typeof disputeStages)[number];

/** What was found of a disputed result, in the order of the enum in contracts/interfaces/ICourt.sol. */
export const disputeOutcomes = ["unresolved", "confirmed", "overturned"] as const;

export type DisputeOutcome = (typeof disputeOutcomes)[number];

/** What an evaluator can be proven to have done, in the order of the enum in contracts/interfaces/IInspector.sol. */
export const faults = ["equivocation", "wrong-median", "wrong-sums", "unavailable"] as const;

export type Fault = (typeof faults)[number];

/**
 * Whether anyone can carry out what was decided, or the default: it was ruled, or its stage's time is over. Twin of
 * contracts/Court.sol (execute).
 * @param deadline End of the stage (unix seconds).
 */
export function isExecutable(dispute: { stage: DisputeStage; deadline: bigint }, now: bigint): boolean {
  const { stage, deadline } = dispute;
  if (stage === "none" || stage === "executed") return false;
  return stage === "ruled" || now >= deadline;
}
