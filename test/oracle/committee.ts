import { type Hex, keccak256, toHex, zeroHash } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { defaultPolicy } from "../../domain/policy.ts";
import { packResult, type Result } from "../../domain/result.ts";
import { versionIdOf } from "../../domain/version.ts";
import { signDigests } from "../../oracle/messages/compactSignature.ts";
import type { BatchSignature, Commitment, Message, Report, SignedBatch } from "../../oracle/messages/message.ts";
import {
  messageDigest,
  messageDigests,
  messageSubject,
  reportDigest,
  type SigningDomain,
  type UnsignedMessage,
} from "../../oracle/messages/messageDigest.ts";
import type { BuiltBatches } from "../../oracle/node/buildBatches.ts";
import { createLinkChain, type LinkChain } from "../../oracle/node/linkChain.ts";
import type { PeerMessage } from "../../oracle/node/peerMessages.ts";
import type { Member, RoundPlan } from "../../oracle/node/roundPlan.ts";

export const domain: SigningDomain = {
  chainId: 31_337n,
  assay: "0x00000000000000000000000000000000000a55ae",
  court: "0x000000000000000000000000000000000000c047",
};

/** An evaluator with a key and a hash chain of its own; the same number always gives the same one. */
export interface TestEvaluator {
  readonly privateKey: Hex;
  readonly account: PrivateKeyAccount;
  readonly linkSecret: Hex;
  readonly links: LinkChain;
}

export function testEvaluator(number: number): TestEvaluator {
  const privateKey = keccak256(toHex(`evaluator ${number}`));
  const linkSecret = keccak256(toHex(`link secret ${number}`));
  return { privateKey, account: privateKeyToAccount(privateKey), linkSecret, links: createLinkChain(linkSecret) };
}

export const evaluators = [0, 1, 2].map(testEvaluator);

export function evaluatorAt(seat: number): TestEvaluator {
  const evaluator = evaluators[seat];
  if (!evaluator) throw new RangeError(`there is no evaluator ${seat}`);
  return evaluator;
}

/** A committee of three members and as many models as asked for, its round 100 seconds long from second 0. */
export function testPlan(models: number, roundId = 1n): RoundPlan {
  const members = evaluators.map(({ account, links }, seat): Member => {
    return { seat, signer: account.address, linkHead: links.head };
  });
  const assignments = Array.from({ length: models }, (_, i) => {
    const modelId = BigInt(i + 1);
    const digest = keccak256(toHex(`manifest ${modelId}`));
    return { modelId, digest, versionId: versionIdOf(modelId, digest), manifestUri: `https://models.test/${modelId}` };
  });
  return {
    roundId,
    linkRoundId: roundId,
    measuredRoundId: roundId,
    shard: 0n,
    seed: keccak256(toHex("seed")),
    suiteHash: zeroHash,
    policy: { ...defaultPolicy, committeeSize: 3n, quorum: 2n },
    members,
    assignments,
    timing: { startsAt: 0n, commitBy: 70n, revealBy: 85n, closesAt: 300n },
  };
}

const perfect: Result = {
  scores: [10_000n, 10_000n, 10_000n, 10_000n, 10_000n, 10_000n, 10_000n],
  items: 200n,
  attempts: 400n,
  retries: 0n,
  hardFailures: 0n,
  flags: 0b1111111n,
};

/** A result word in which everything is perfect but what is given. */
export const resultWord = (fields: Partial<Result> = {}): bigint => packResult({ ...perfect, ...fields });

/** Signs a message with an evaluator's key. */
export async function signed<T extends UnsignedMessage>(message: T, evaluator: TestEvaluator, over = domain) {
  return { ...message, signature: await signDigests(evaluator.account, messageDigests(over, message)) };
}

/** A commitment and the report it is to, by the member at `seat` on the model at `index`. */
export async function commitAndReport(
  plan: RoundPlan,
  seat: number,
  index: number,
  word = resultWord(),
  over = domain,
): Promise<{ commitment: Commitment; report: Report }> {
  const evaluator = evaluatorAt(seat);
  const assignment = plan.assignments[index];
  if (!assignment) throw new RangeError(`the plan has no model ${index}`);
  const { modelId, digest } = assignment;
  const subject = { roundId: plan.roundId, modelId, digest, evaluator: evaluator.account.address };
  const unsigned = {
    kind: "report",
    ...subject,
    word,
    evidenceRoot: keccak256(toHex(`root ${seat} ${index}`)),
    evidenceHash: keccak256(toHex(`evidence ${seat} ${index}`)),
    link: evaluator.links.linkOf(plan.roundId),
  } as const;
  const commitment = { kind: "commitment", ...subject, reportDigest: reportDigest(over, unsigned) } as const;
  return { commitment: await signed(commitment, evaluator, over), report: await signed(unsigned, evaluator, over) };
}

/** A batch signature of the member at `seat` over batches. */
export function batchSignature(
  plan: RoundPlan,
  seat: number,
  batches: readonly { readonly reportsRoot: Hex; readonly entries: SignedBatch["entries"] }[],
): Promise<BatchSignature> {
  const evaluator = evaluatorAt(seat);
  const { roundId, shard } = plan;
  const message = { kind: "batchSignature", roundId, shard, evaluator: evaluator.account.address } as const;
  return signed({ ...message, batches: [...batches] }, evaluator);
}

/** The batches of a committee as its members' messages carry them. */
export const signedBatches = ({ batches }: BuiltBatches): SignedBatch[] =>
  batches.map(({ batch, entries }) => ({ reportsRoot: batch.reportsRoot, entries: [...entries] }));

/** A message as the node keeps it. */
export const received = (message: Message, fields: Partial<PeerMessage> = {}): PeerMessage => ({
  message,
  digest: messageDigest(domain, message),
  subject: messageSubject(message),
  receivedAt: 50n,
  late: false,
  ...fields,
});

/** Commitments and reports of the seats on every model of a plan, with the word that `wordOf` gives each. */
export async function fullRound(
  plan: RoundPlan,
  seats: readonly number[],
  wordOf: (seat: number, index: number) => bigint = () => resultWord(),
): Promise<PeerMessage[]> {
  const messages: PeerMessage[] = [];
  for (const seat of seats) {
    for (const index of plan.assignments.keys()) {
      const { commitment, report } = await commitAndReport(plan, seat, index, wordOf(seat, index));
      messages.push(received(commitment), received(report));
    }
  }
  return messages;
}
