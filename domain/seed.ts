import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { Hex } from "./hex.ts";
import { keccakText, keccakWords } from "./keccak.ts";

/** Links in an evaluator's hash chain: one a round. */
export const chainLength = 65_536n;

/** First word of every probe seed. */
const probeDomain = keccakText("ASSAY.SEED.v1");

/** A round number lies outside an evaluator's hash chain. */
export class RoundOutsideChain extends Error {
  override name = "RoundOutsideChain";

  constructor(round: bigint) {
    super(
      `round ${round} has no link: a hash chain covers rounds 0 to ${chainLength}; take a new seat with a new chain`,
    );
  }
}

/** R, the seed of a round, from the hash of its entropy block. Twin of contracts/libraries/SeedLib.sol (roundSeed). */
export function roundSeed(blockHash: Hex, roundId: bigint): Hex {
  return keccakWords(blockHash, roundId);
}

/** What a probe plan is drawn from: nobody knows it before the round, nobody chose it, everybody can check it. */
export interface ProbeContext {
  readonly chainId: bigint;
  /** Address of the Assay contract. */
  readonly contract: Hex;
  readonly roundId: bigint;
  readonly versionId: Hex;
  readonly suiteHash: Hex;
  /** R of the round. */
  readonly roundSeed: Hex;
  /** Address of the evaluator's signing key. */
  readonly evaluator: Hex;
  /** The evaluator's link for this round. */
  readonly link: Hex;
}

/** Seed of one evaluator's probe plan for one version in one round. Twin of contracts/libraries/SeedLib.sol (probeSeed). */
export function probeSeed(context: ProbeContext): Hex {
  return keccakWords(
    probeDomain,
    context.chainId,
    context.contract,
    context.roundId,
    context.versionId,
    context.suiteHash,
    context.roundSeed,
    context.evaluator,
    context.link,
  );
}

/** The i-th number drawn under a label, 0 ≤ u < 2^256; take it modulo n for 0..n−1. Twin of SeedLib.sol (draw). */
export function draw(seed: Hex, label: string, i: bigint): bigint {
  return BigInt(keccakWords(seed, labelWord(label), i));
}

/** Hashes of the labels drawn under so far: a plan draws thousands of times under a dozen of them. */
const labelWords = new Map<string, Hex>();
const labelsKept = 64;

function labelWord(label: string): Hex {
  const word = labelWords.get(label) ?? keccakText(label);
  if (labelWords.size < labelsKept) labelWords.set(label, word);
  return word;
}

/** keccak256 of the 32 bytes, applied `steps` times. Twin of contracts/libraries/SeedLib.sol (chainFrom). */
export function chainFrom(link: Hex, steps: bigint): Hex {
  let bytes = hexToBytes(link.slice(2));
  for (let step = 0n; step < steps; step += 1n) bytes = keccak_256(bytes);
  return `0x${bytesToHex(bytes)}`;
}

/** Head of the hash chain of a secret (32 bytes): what a seat publishes. */
export function linkHead(secret: Hex): Hex {
  return chainFrom(secret, chainLength);
}

/** The link that an evaluator reveals for a round. Throws RoundOutsideChain. Cost: a hash per round that is left. */
export function linkOf(secret: Hex, round: bigint): Hex {
  if (round < 0n || round > chainLength) throw new RoundOutsideChain(round);
  return chainFrom(secret, chainLength - round);
}

/** Whether a revealed link belongs to the chain with this head. Cost: `round` hashes; false outside the chain. */
export function verifyLink(link: Hex, round: bigint, head: Hex): boolean {
  if (round < 0n || round > chainLength || !/^0x[0-9a-fA-F]{64}$/.test(link)) return false;
  return chainFrom(link, round) === head.toLowerCase();
}
