import type { Hex } from "../../domain/hex.ts";
import { type ClaimedTree, findWrongSums, isHashedIn, type SumsFraud } from "../evidence/findWrongSums.ts";
import { type EvidenceRequest, type Opening, openItem } from "./openItem.ts";
import type { Claims } from "./readClaims.ts";

/** What an evaluator signed about its evidence. */
export interface SignedClaim {
  readonly evidenceRoot: Hex;
  readonly word: bigint;
}

/**
 * One proof against a report, in the shape that the Inspector takes:
 * - `wrongSums`, `wrongLeaf`: half of the reporter's bond;
 * - `wrongRecord`: an opening the contract verifies to be what was signed. That it is not what the seed demands (`why`) is for everybody
 *   to recompute: the ground for an appeal;
 * - `unavailable`: what nobody can show. A challenge that stays unanswered is upheld.
 */
export type Fraud =
  | SumsFraud
  | (Opening & { readonly kind: "wrongRecord"; readonly where: string; readonly why: string })
  | { readonly kind: "unavailable"; readonly request: EvidenceRequest; readonly why: string };

/**
 * Looks for what is wrong with a report, from the strongest proof to the weakest. Null when the evidence is what was signed, adds up and
 * is what the seed and the replies demand.
 * @param tree The signed tree, where more of it is known than follows from the blob.
 */
export function findFraud(claims: Claims, signed: SignedClaim, tree: ClaimedTree = claims.tree): Fraud | null {
  if (tree.root.hash !== signed.evidenceRoot) {
    const why = `the records lead to the root ${tree.root.hash}, signed is ${signed.evidenceRoot}`;
    return { kind: "unavailable", request: { leafIndex: 0n, recordIndex: 0n }, why };
  }
  return findWrongSums(tree, signed.word) ?? findUnbacked(claims, tree) ?? findWrongRecord(claims, tree);
}

/** A leaf of the signed tree that is not that of the item's records. */
function findUnbacked(claims: Claims, tree: ClaimedTree): Fraud | null {
  for (const [index, claimed] of tree.leaves.entries()) {
    const { leaf } = claimed;
    const right = claims.tree.leaves[index]?.leaf;
    const request = { leafIndex: BigInt(index), recordIndex: 0n };
    const where = `leaf ${index}`;
    if (!isHashedIn(tree, index, claimed) || right?.itemHash !== leaf.itemHash)
      return { kind: "unavailable", request, why: `${where} is none that the blob's records give` };
    if (right.sums === leaf.sums && right.counts === leaf.counts) continue;
    const why = "sums and counts of the leaf are not those that its records give";
    return { kind: "wrongRecord", where, why, ...openItem({ ...claims, tree }, index, 0) };
  }
  return null;
}

function findWrongRecord(claims: Claims, tree: ClaimedTree): Fraud | null {
  // A record of no item is in no leaf: nobody signed for it.
  if (!claims.wrong) return null;
  const { item, recordHash, where, why } = claims.wrong;
  if (item === null || item >= tree.leaves.length) return null;
  const records = claims.recordsOf(item);
  const found = records.findIndex(({ hash }) => hash === recordHash);
  const place = found < 0 ? records.length : found;
  return { kind: "wrongRecord", where, why, ...openItem({ ...claims, tree }, item, place) };
}
