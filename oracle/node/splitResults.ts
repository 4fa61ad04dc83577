import { contestedMin, isContestedBatch } from "../../domain/breaker.ts";
import { signersNeeded, signersNeededToFail } from "../../domain/committee.ts";
import type { Policy } from "../../domain/policy.ts";

/** Signatures a batch needs. */
export function signersFor(members: number, policy: Policy, fails: boolean): number {
  const count = BigInt(members);
  return Number(fails ? signersNeededToFail(count, policy) : signersNeeded(count, policy));
}

/**
 * How a committee's results are divided among batches. One failing result would make all others wait for its signers; so, where it
 * needs more of them, failing results go by themselves: all together when the breaker would hold for the whole, else so few in one
 * batch that it never does. So a division costs nobody more or less stake than one batch would have.
 * @param members Of the committee.
 */
export function splitResults<T extends { readonly fails: boolean }>(
  results: readonly T[],
  members: number,
  policy: Policy,
): readonly (readonly T[])[] {
  const failing = results.filter(({ fails }) => fails);
  const passing = results.filter(({ fails }) => !fails);
  const needsMore = signersFor(members, policy, true) > signersFor(members, policy, false);
  if (failing.length === 0 || passing.length === 0 || !needsMore) return [results];
  const contested = isContestedBatch(BigInt(failing.length), BigInt(results.length), policy);
  const size = contested ? failing.length : Number(contestedMin) - 1;
  const runs = Array.from({ length: Math.ceil(failing.length / size) }, (_, i) =>
    failing.slice(i * size, (i + 1) * size),
  );
  return [passing, ...runs];
}
