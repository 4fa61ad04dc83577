import { BaseError, RpcRequestError } from "viem";

/**
 * What it means that a node did not take a signed transaction.
 * - known: it has it already.
 * - nonceUsed: a transaction with this nonce is in a block.
 * - nonceGap: one with an earlier nonce is missing.
 * - underpriced: it wants a higher fee, also than that of another transaction with this nonce.
 * - noFunds: the key cannot pay.
 * - unreachable: no answer; it may have arrived.
 * - refused: something else is wrong with it.
 */
export type Refusal = "known" | "nonceUsed" | "nonceGap" | "underpriced" | "noFunds" | "unreachable" | "refused";

/** How geth, Nethermind, Besu, Erigon, reth and Hardhat say it. The first that fits counts. */
const meanings: readonly (readonly [Refusal, RegExp])[] = [
  [
    "known",
    /already known|alreadyknown|known transaction|already imported|already in (the )?(mem)?pool|already_exists/i,
  ],
  ["nonceUsed", /nonce[ _]?(is )?too[ _]low|oldnonce|nonce_too_low|nonce has already been used|invalid nonce.*lower/i],
  ["nonceGap", /nonce[ _]?(is )?too[ _]high|nonce gap|noncegap|nonce_too_high|too distant/i],
  ["noFunds", /insufficient funds|enough funds|insufficient_balance|upfront cost|exceeds balance/i],
  [
    "underpriced",
    /underpriced|fee ?cap ?too ?low|less than block base fee|too low for the next block|fee too low|gas price (is )?(too low|below)|below (the )?(current )?(minimum|base ?fee)/i,
  ],
];

/** What the failure of eth_sendRawTransaction means. */
export function refusalOf(error: unknown): Refusal {
  const said = saidBy(error);
  if (said === undefined) return "unreachable";
  return meanings.find(([, pattern]) => pattern.test(said))?.[0] ?? "refused";
}

/** Whether an estimate failed because the key cannot pay. */
export const isNoFunds = (error: unknown): boolean => refusalOf(error) === "noFunds";

/** The node's own words, undefined when no node has answered. */
function saidBy(error: unknown): string | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const answer = error.walk((cause) => cause instanceof RpcRequestError);
  return answer instanceof RpcRequestError ? answer.details : undefined;
}
