import type { Hex } from "viem";

/** The node was asked to sign what contradicts something it has signed before. It never does. */
export class ConflictingSignatureError extends Error {
  override name = "ConflictingSignatureError";
  readonly signed: Hex;
  readonly refused: Hex;

  constructor({ kind, roundId }: { readonly kind: string; readonly roundId: bigint }, signed: Hex, refused: Hex) {
    super(
      `refused to sign a second ${kind} for round ${roundId}: ${signed} was signed before, ${refused} differs; the first one stands`,
    );
    this.signed = signed;
    this.refused = refused;
  }
}

/** The node was asked to sign for a round whose history has been pruned. */
export class RoundBelowFloorError extends Error {
  override name = "RoundBelowFloorError";
  readonly roundId: bigint;
  readonly floor: bigint;

  constructor(roundId: bigint, floor: bigint) {
    super(`refused to sign for round ${roundId}: the signing history begins with round ${floor}`);
    this.roundId = roundId;
    this.floor = floor;
  }
}

/** The key was asked to sign something that evaluators do not sign. */
export class NotForSigningError extends Error {
  override name = "NotForSigningError";
}
