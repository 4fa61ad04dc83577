import type { Hex } from "viem";
import { missingFamilies } from "../../domain/combine.ts";
import { isWellFormedResult } from "../../domain/result.ts";
import { verifyLink } from "../../domain/seed.ts";
import type { BatchSignature, Message } from "../messages/message.ts";
import { messageSubject } from "../messages/messageDigest.ts";
import { type Member, memberOf, type RoundPlan } from "./roundPlan.ts";

/** Whether a link belongs to a member's hash chain. Costs a hash a round, so that the answer is kept. */
export type LinkCheck = (link: Hex, member: Member) => boolean;

/** @returns a check for the links of one round (a plan's linkRoundId) that walks each chain once. */
export function createLinkCheck(roundId: bigint): LinkCheck {
  const known = new Map<string, boolean>();
  return (link, { seat, linkHead }) => {
    const key = `${seat}:${link}`;
    const answer = known.get(key) ?? verifyLink(link, roundId, linkHead);
    // A seated liar can invent links for ever; what it gains is hashing here, not memory.
    if (answer) known.set(key, answer);
    return answer;
  };
}

/**
 * What is wrong with a message apart from its signature; undefined when nothing is. A board may hold messages of seated evaluators
 * that are not in this committee, or about versions that nobody asked it for.
 */
export function checkPeerMessage(plan: RoundPlan, message: Message, isOwnLink: LinkCheck): string | undefined {
  if (message.roundId !== plan.roundId) return `it belongs to round ${message.roundId}`;
  const member = memberOf(plan, message.evaluator);
  if (!member) return `${message.evaluator} is not in the committee`;
  if (message.kind === "batchSignature") return checkEntries(plan, message);
  const subject = messageSubject(message);
  if (!plan.assignments.some(({ versionId }) => versionId === subject)) return `version ${subject} was not assigned`;
  if (message.kind === "commitment") return undefined;
  if (!isWellFormedResult(message.word)) return `its result word 0x${message.word.toString(16)} is malformed`;
  if (missingFamilies(message.word, plan.policy) !== 0n)
    return "its result leaves out a family that the policy asks for";
  if (!isOwnLink(message.link, member)) return `link ${message.link} is not on the hash chain of seat ${member.seat}`;
  return undefined;
}

function checkEntries({ members, shard }: RoundPlan, message: BatchSignature): string | undefined {
  if (message.shard !== shard) return `it speaks for shard ${message.shard}, the committee is that of shard ${shard}`;
  const committee = members.reduce((bits, { seat }) => bits | (1n << BigInt(seat)), 0n);
  const models = new Set<bigint>();
  for (const { entries } of message.batches) {
    let previous = -1n;
    for (const { modelId, reporters } of entries) {
      if (modelId <= previous || models.has(modelId)) return "its entries are not in the order of model ids";
      if (reporters === 0n || (reporters & ~committee) !== 0n) return "it names reporters outside the committee";
      models.add(modelId);
      previous = modelId;
    }
  }
  return undefined;
}
