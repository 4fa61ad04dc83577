import { zeroAddress } from "viem";
import { describe, expect, test } from "vitest";
import type { NodeStatus } from "../../oracle/node/nodeStatus.ts";
import { problemsOf } from "../../oracle/node/problemsOf.ts";

const fine: NodeStatus = {
  observes: false,
  evaluator: zeroAddress,
  seat: 0n,
  chainId: 1,
  assay: zeroAddress,
  head: { number: 7n, timestamp: 1_000n },
  currentRoundId: 3n,
  rounds: [],
  court: { challenges: [], reevaluations: [], audits: [] },
  lastPost: undefined,
  notFinal: [],
  heldBack: [],
  signerFailure: undefined,
  relayer: undefined,
  endpoints: [],
  boards: [],
  checks: [],
  disagreements: [],
  errors: [],
  ready: true,
  overdue: undefined,
};

describe("what a node's status page calls a problem", () => {
  test("default: nothing is wrong", () => {
    expect(problemsOf(fine)).toEqual([]);
  });

  test("error: passes that fail are told by the last error, before the first one there is none", () => {
    expect(problemsOf({ ...fine, ready: false })).toEqual([expect.stringContaining("not read chain and boards yet")]);
    const errors = [{ atBlock: 7n, message: "no RPC endpoint can be asked" }];
    expect(problemsOf({ ...fine, ready: false, errors })).toEqual([
      "its last pass failed: no RPC endpoint can be asked",
    ]);
  });

  test("error: a pass that does not end is told by what it is at, whatever failed before", () => {
    const errors = [{ atBlock: 7n, message: "no RPC endpoint can be asked" }];
    const hanging = { ...fine, ready: false, errors, overdue: { step: "rounds", seconds: 130 } } as const;
    expect(problemsOf(hanging)).toEqual([expect.stringMatching(/under way for 130 s, and is at: rounds: start it/)]);
    const reading = { ...hanging, overdue: { step: "chain", seconds: 130 } } as const;
    expect(problemsOf(reading)).toEqual([expect.stringMatching(/reading the chain for 130 s: wait if/)]);
  });
});
