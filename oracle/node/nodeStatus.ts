import type { Address, Hex } from "viem";
import type { EndpointView } from "../chain/rpcPool.ts";
import type { CheckResult } from "../checks/check.ts";
import type { CourtView } from "../court/court.ts";
import type { RoundView } from "./committeeRound.ts";
import type { Disagreement } from "./disagreements.ts";
import type { OverduePass } from "./passWatch.ts";
import type { RelayerStatus } from "./relayerStatus.ts";
import type { UnfinishedRound } from "./rounds.ts";

/** What a node tells about itself. */
export interface NodeStatus {
  /** Whether it only observes: then it has no seat, and its address is one of the moment. */
  readonly observes: boolean;
  readonly evaluator: Address;
  /** Id of the seat. */
  readonly seat: bigint | undefined;
  readonly chainId: number;
  readonly assay: Address;
  /** Latest block seen; times are the chain's. */
  readonly head: { readonly number: bigint; readonly timestamp: bigint } | undefined;
  readonly currentRoundId: bigint;
  readonly rounds: readonly RoundView[];
  readonly court: CourtView;
  readonly lastPost: { readonly roundId: bigint; readonly transaction: Hex } | undefined;
  /** The last rounds of this node's committees that lapsed, newest last, with who was missing. */
  readonly notFinal: readonly UnfinishedRound[];
  /** Open rounds that are left out until every board has shown what it holds under this node's key. */
  readonly heldBack: readonly bigint[];
  /** Why the signing key did not sign the last time; undefined when it did. */
  readonly signerFailure: string | undefined;
  /** Undefined when it only observes. */
  readonly relayer: RelayerStatus | undefined;
  readonly endpoints: readonly EndpointView[];
  readonly boards: readonly { readonly url: string; readonly reachable: boolean }[];
  /** What it found when it last looked at itself. */
  readonly checks: readonly CheckResult[];
  /** How far own measurements lie from what was posted, newest last. */
  readonly disagreements: readonly Disagreement[];
  /** The last errors of the loop, newest last. */
  readonly errors: readonly { readonly atBlock: bigint | undefined; readonly message: string }[];
  /** Whether the last pass over chain and boards succeeded, and the next one does not hang. */
  readonly ready: boolean;
  /** The pass under way, when it should have ended long ago. */
  readonly overdue: OverduePass | undefined;
}
