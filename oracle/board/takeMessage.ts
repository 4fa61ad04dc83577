import type { Logger } from "pino";
import type { Address, Hex } from "viem";
import type { RateLimit } from "../http/rateLimit.ts";
import { MalformedMessageError, type Message, parseMessage } from "../messages/message.ts";
import type { SigningDomain } from "../messages/messageDigest.ts";
import { disputeOfSession, sessionName } from "../messages/session.ts";
import { verifyMessage, WrongMessageSignatureError } from "../messages/verifyMessage.ts";
import type { BoardMetrics } from "./boardMetrics.ts";
import type { BoardStore, Verdict } from "./boardStore.ts";
import { type ChainFacts, type ChainView, roundsBehind } from "./chainView.ts";
import type { DisputeFacts } from "./disputeView.ts";
import { Refusal } from "./refusal.ts";

/** Covers a block that this board's RPC has not seen yet. */
const roundsAhead = 1n;

export interface TakingParts {
  readonly store: BoardStore;
  readonly chain: ChainView;
  readonly domain: SigningDomain;
  /** New messages of one evaluator. */
  readonly messageRate: RateLimit;
  readonly metrics: BoardMetrics;
  readonly log: Logger;
}

/** What became of a message that was not refused: new here, or here already. */
export interface Taken {
  readonly outcome: "taken" | "held";
  readonly digest: Hex;
}

/**
 * Takes one message, as it came over the wire. What an evaluator has stored or sent too often is counted by what it has signed and was not
 * here before, so that nobody else can use its share up. A second, different message is a proof of equivocation and gets in whatever
 * its evaluator has used up.
 * @throws Refusal
 */
export async function takeMessage(parts: TakingParts, text: string): Promise<Taken> {
  const { chain, domain, messageRate, store } = parts;
  const message = parse(text);
  await checkDoor(chain, message);
  const digest = await verify(domain, message);
  const seconds = await messageRate.take(message.evaluator);
  if (seconds !== undefined && !(await store.has(message))) throw tooOften(message.evaluator, seconds);
  const verdict = await store.put(message, digest);
  const isNew = verdict.outcome === "taken" || verdict.outcome === "full";
  if (seconds === undefined && !isNew) await messageRate.giveBack(message.evaluator);
  return judge(parts, message, { digest, verdict });
}

function parse(text: string): Message {
  try {
    return parseMessage(text);
  } catch (error) {
    throw error instanceof MalformedMessageError ? new Refusal("malformed", error.message) : error;
  }
}

async function verify(domain: SigningDomain, message: Message): Promise<Hex> {
  try {
    return await verifyMessage(domain, message);
  } catch (error) {
    throw error instanceof WrongMessageSignatureError ? new Refusal("wrongSignature", error.message) : error;
  }
}

const tooOften = (evaluator: Address, seconds: number): Refusal =>
  new Refusal(
    "evaluatorTooOften",
    `${evaluator} sends more messages than this board takes of one evaluator in a second: send it again in ${seconds} s`,
    seconds,
  );

interface Put {
  readonly digest: Hex;
  readonly verdict: Verdict;
}

function judge(parts: TakingParts, message: Message, { digest, verdict }: Put): Taken {
  const { kind, roundId, evaluator } = message;
  if (verdict.outcome === "full")
    throw new Refusal(
      "full",
      `${evaluator} has stored its ${verdict.bound} of ${sessionName(roundId)}: no more of it is taken there`,
    );
  if (verdict.outcome !== "conflict") return { outcome: verdict.outcome, digest };
  const { held, isNew } = verdict;
  if (isNew) {
    parts.metrics.equivocations.inc();
    parts.log.warn({ kind, roundId: `${roundId}`, evaluator, held, digest }, "equivocation kept as evidence");
  }
  throw new Refusal("conflict", `${evaluator} has sent another ${kind} for this already, ${held}: the first stands`);
}

async function checkDoor(chain: ChainView, { roundId, evaluator }: Message): Promise<void> {
  const disputeId = disputeOfSession(roundId);
  if (disputeId === undefined) checkRound(await chain.facts(), roundId, evaluator);
  else checkDispute(await chain.dispute(disputeId), disputeId, evaluator);
}

function checkRound({ signersOf, currentRoundId }: ChainFacts, roundId: bigint, evaluator: Address): void {
  if (roundId < currentRoundId - roundsBehind || roundId > currentRoundId + roundsAhead)
    throw new Refusal(
      "notUnderWay",
      `round ${roundId} is not under way: this board takes rounds around ${currentRoundId}`,
    );
  const signers = signersOf.get(roundId);
  if (!signers) throw new Refusal("early", `round ${roundId} is not open on this board's chain yet: send it again`, 1);
  if (!signers.has(evaluator))
    throw new Refusal(
      "noSeat",
      `${evaluator} holds no seat in round ${roundId}: the board takes messages of its seats only`,
    );
}

/** A second committee speaks while it measures, nobody else does at all. */
function checkDispute(facts: DisputeFacts | undefined, disputeId: bigint, evaluator: Address): void {
  if (!facts || facts.speakers.size === 0)
    throw new Refusal(
      "early",
      `no committee measures for dispute ${disputeId} on this board's chain: send it again`,
      1,
    );
  if (!facts.speakers.has(evaluator))
    throw new Refusal(
      "noSeat",
      `${evaluator} is not in the second committee of dispute ${disputeId}: the board takes messages of its members only`,
    );
}
