import { manyForeign } from "../relay/nonceWatch.ts";
import type { NodeStatus } from "./nodeStatus.ts";
import type { OverduePass } from "./passWatch.ts";

/** What is wrong with a node, a sentence each with what to do; empty when nothing is. */
export function problemsOf(status: NodeStatus): string[] {
  const { checks, rounds, heldBack, signerFailure, relayer } = status;
  const found = checks.flatMap(({ verdict, value, remedy }) => (verdict === "ok" ? [] : [`${value}: ${remedy}`]));
  const disputed = rounds.filter(({ versions }) => versions.some(({ stage }) => stage === "disputed"));
  const copies = disputed.map(
    ({ roundId }) => `somebody else signs with this node's key in round ${roundId}: find the other copy and stop it`,
  );
  const missed = rounds
    .filter(({ versions }) => versions.some(({ stage }) => stage === "missed"))
    .map(({ roundId }) => `round ${roundId} was drawn anew after this node had signed for it: nothing to do`);
  const held =
    heldBack.length === 0
      ? []
      : [
          `left out: round ${heldBack.join(", ")}, which this key may have signed for elsewhere, until every board has shown what it holds: see that all of boards answer, or wait for the next round`,
        ];
  const signer =
    signerFailure === undefined ? [] : [`the signing key does not sign (${signerFailure}): see to the signer`];
  const foreign =
    (relayer?.foreignLately ?? 0) < manyForeign
      ? []
      : [
          `${relayer?.foreignLately} transactions of the last hour from the relaying key ${relayer?.relayer} were not sent by this node: give every node a relayingKey of its own`,
        ];
  return [...loopProblems(status), ...signer, ...foreign, ...found, ...copies, ...held, ...missed];
}

function loopProblems({ ready, overdue, errors }: NodeStatus): string[] {
  if (ready) return [];
  if (overdue) return [overdueProblem(overdue)];
  const last = errors.at(-1)?.message;
  return [last === undefined ? "it has not read chain and boards yet: wait a moment" : `its last pass failed: ${last}`];
}

const overdueProblem = ({ step, seconds }: OverduePass): string =>
  step === "chain"
    ? `it has been reading the chain for ${seconds} s: wait if it was away for long, or is new; else start it again, which loses nothing`
    : `its pass over chain and boards has been under way for ${seconds} s, and is at: ${step}: start it again, which loses nothing, and report this with its log`;
