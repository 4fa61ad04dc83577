import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Address, Hex } from "viem";
import { type Message, messagesPerEvaluator } from "../messages/message.ts";
import { messageDigest, messageSubject, type SigningDomain } from "../messages/messageDigest.ts";
import { verifyMessage, WrongMessageSignatureError } from "../messages/verifyMessage.ts";
import type { BoardClient } from "./boardClient.ts";
import { type BoardSession, createBoardSession, type Letter } from "./boardSession.ts";
import { checkPeerMessage, createLinkCheck } from "./checkPeerMessage.ts";
import { createHeldMessages } from "./heldMessages.ts";
import type { NodeMetrics } from "./metrics.ts";
import type { OwnMessage } from "./ownMessages.ts";
import type { PeerMessage, PeerMessages } from "./peerMessages.ts";
import { memberOf, type RoundPlan } from "./roundPlan.ts";
import { revealFrom } from "./roundTiming.ts";

/** How one round's messages get to the boards and from them. */
export interface Exchange {
  /** Leaves messages on every board. */
  publish(messages: readonly Message[]): Promise<void>;
  /**
   * Takes in what is new on the boards; everything that counts is checked, kept, and brought to the boards that do not show it, so
   * that what one board hides is known to all.
   */
  collect(now: bigint): Promise<readonly PeerMessage[]>;
}

export interface ExchangeParts {
  readonly domain: SigningDomain;
  readonly own: Address;
  readonly ownMessages: (roundId: bigint) => Promise<readonly OwnMessage[]>;
  readonly boards: readonly BoardClient[];
  readonly peers: PeerMessages;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** Milliseconds a pass waits for boards. What a slower one says comes with a later pass, and until then nobody waits for it. */
const patienceMs = 1_000;

/** The order in which messages may be forwarded without making anything look late. */
const kindOrder = { commitment: 0, report: 1, batchSignature: 2 } as const;

export function createExchange(parts: ExchangeParts, plan: RoundPlan): Exchange {
  const { boards, peers, domain, log, metrics } = parts;
  const isOwnLink = createLinkCheck(plan.linkRoundId);
  const held = createHeldMessages(peers, plan.roundId);
  const sessions = boards.map((board) => createBoardSession({ board, roundId: plan.roundId, metrics, log }));
  const digests = new Map<Hex, Hex>();
  const memberMessages = new Map<BoardSession, number>();
  const budget = messageBudget(plan);
  const closesAt = revealFrom(plan.timing);
  let wasHere: boolean | undefined;

  const digestOf = (message: Message): Hex => {
    const digest = digests.get(message.signature) ?? messageDigest(domain, message);
    digests.set(message.signature, digest);
    return digest;
  };

  /** @returns whether the message is kept: it was checked now, or before. */
  const take = async (letter: Letter, late: boolean, now: bigint, session: BoardSession): Promise<boolean> => {
    const { message, digest } = letter;
    const { kind, evaluator } = message;
    const known = await held.find(message);
    if (known?.digest === digest && (late || !known.late)) return true;
    if (known && known.digest !== digest && held.isProven(message)) return false;
    const misplaced = checkPeerMessage(plan, message, isOwnLink);
    const wrong = misplaced ?? (known?.digest === digest ? undefined : await wrongSignature(domain, message));
    if (wrong !== undefined) {
      // A board recovers signatures before it takes a message: one that shows a wrong one has made it up.
      if (misplaced === undefined) session.blame("forged");
      metrics.messages.inc({ kind, outcome: "refused" });
      log.warn({ kind, evaluator, board: session.url, reason: wrong }, "message refused");
      return false;
    }
    const reception = await held.receive({
      message,
      digest,
      subject: messageSubject(message),
      receivedAt: now,
      late,
    });
    metrics.messages.inc({ kind, outcome: reception });
    if (reception === "equivocation") log.error({ kind, evaluator, digest }, "equivocation kept");
    return reception !== "equivocation";
  };

  /**
   * Whether a commitment comes too late to count. Reports come out at a time that all know, so that this node's clock tells; a node
   * that was not there at that time goes by what the board says came first.
   */
  const isLate = (message: Message, subject: Hex, seen: ReadonlySet<Hex>, now: bigint): boolean =>
    message.kind === "commitment" && now > closesAt && (wasHere === true || seen.has(subject));

  /** @param revealed Versions a report on which was known here before. */
  const takeAll = async (session: BoardSession, revealed: ReadonlySet<Hex>, now: bigint): Promise<void> => {
    const seen = new Set(revealed);
    for (const message of session.drain()) {
      // What the other committees of the round tell each other is no business of this one.
      if (!memberOf(plan, message.evaluator)) continue;
      const count = (memberMessages.get(session) ?? 0) + 1;
      memberMessages.set(session, count);
      if (count > budget) return session.blame("flood");
      const digest = messageDigest(domain, message);
      session.noteShown(digest);
      const subject = messageSubject(message);
      const kept = await take({ message, digest }, isLate(message, subject, seen, now), now, session);
      if (kept && message.kind === "report") seen.add(subject);
    }
  };

  /** Brings to a board that was read to its end what it does not show. */
  const forward = (session: BoardSession, all: readonly PeerMessage[], now: bigint): boolean => {
    if (now > closesAt) session.withdrawCommitments();
    if (!session.wasRead()) return false;
    const missing = all
      .filter(({ message, digest, late }) => !late && !session.shows(digest) && !isOver(message, now))
      .toSorted((a, b) => kindOrder[a.message.kind] - kindOrder[b.message.kind]);
    session.offer(missing);
    return missing.length > 0;
  };

  const isOver = ({ kind }: Message, now: bigint): boolean => kind === "commitment" && now > closesAt;

  return {
    async publish(messages) {
      const letters = messages.map((message) => ({ message, digest: digestOf(message) }));
      if (letters.length === 0) return;
      for (const session of sessions) session.offer(letters);
      await withPatience(sessions, false);
    },
    async collect(now) {
      wasHere ??= now <= closesAt;
      await withPatience(sessions, true);
      const revealed = await revealedVersions(parts, plan, await held.all());
      for (const session of sessions) await takeAll(session, revealed, now);
      const all = await held.all();
      const behind = sessions.filter((session) => forward(session, all, now));
      await withPatience(behind, false);
      return all;
    },
  };
}

/** What members may leave on a board in a round, thrice: it may lose everything and get it again, and a liar contradict itself. */
const messageBudget = ({ members }: RoundPlan): number => 3 * members.length * messagesPerEvaluator;

/** Starts all and waits for those that were quick the last time, as long as there is patience. */
async function withPatience(sessions: readonly BoardSession[], reads: boolean): Promise<void> {
  const over = new AbortController();
  const patience = delay(patienceMs, undefined, { signal: over.signal }).catch(() => undefined);
  const calls = sessions.map((session) => {
    const wasPrompt = session.isPrompt;
    const call = timed(session, reads);
    return wasPrompt ? call : undefined;
  });
  await Promise.race([Promise.all(calls), patience]);
  over.abort();
}

async function timed(session: BoardSession, reads: boolean): Promise<void> {
  let isSlow = false;
  const timer = setTimeout(() => {
    isSlow = true;
    session.isPrompt = false;
  }, patienceMs).unref();
  await session.sync(reads);
  clearTimeout(timer);
  if (!isSlow) session.isPrompt = true;
}

/** @param received Messages kept here. @returns the versions on which a report is out. */
async function revealedVersions(
  { ownMessages }: ExchangeParts,
  { roundId }: RoundPlan,
  received: readonly PeerMessage[],
): Promise<Set<Hex>> {
  const sent = (await ownMessages(roundId)).filter(({ released }) => released);
  return new Set(
    [...received, ...sent].filter(({ message }) => message.kind === "report").map(({ subject }) => subject),
  );
}

async function wrongSignature(domain: SigningDomain, message: Message): Promise<string | undefined> {
  try {
    await verifyMessage(domain, message);
    return undefined;
  } catch (error) {
    if (error instanceof WrongMessageSignatureError) return error.message;
    throw error;
  }
}
