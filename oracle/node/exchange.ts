import type { Logger } from "pino";
import type { Address, Hex } from "viem";
import type { Message } from "../messages/message.ts";
import { messageDigest, messageSubject, type SigningDomain } from "../messages/messageDigest.ts";
import { verifyMessage, WrongMessageSignatureError } from "../messages/verifyMessage.ts";
import type { BoardClient } from "./boardClient.ts";
import { checkPeerMessage, createLinkCheck } from "./checkPeerMessage.ts";
import type { NodeMetrics } from "./metrics.ts";
import type { OwnMessage } from "./ownMessages.ts";
import type { PeerMessage, PeerMessages } from "./peerMessages.ts";
import { memberOf, type RoundPlan } from "./roundPlan.ts";

/** How one round's messages get to the boards and from them. */
export interface Exchange {
  /** Leaves messages on every board. */
  publish(messages: readonly Message[]): Promise<void>;
  /** Takes in what is new on the boards; everything that counts is checked and kept. */
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

export function createExchange(parts: ExchangeParts, plan: RoundPlan): Exchange {
  const { boards, peers, domain, log, metrics } = parts;
  const isOwnLink = createLinkCheck(plan.linkRoundId);

  /** Whether a message is kept: it was checked now, or before. */
  const take = async (message: Message, late: boolean, now: bigint): Promise<boolean> => {
    // What the other committees of the round tell each other is no business of this one.
    if (!memberOf(plan, message.evaluator)) return false;
    const digest = messageDigest(domain, message);
    if (await peers.holds(message, digest, late)) return true;
    const { kind, evaluator } = message;
    const wrong = checkPeerMessage(plan, message, isOwnLink) ?? (await wrongSignature(domain, message));
    if (wrong !== undefined) {
      metrics.messages.inc({ kind, outcome: "refused" });
      log.warn({ kind, evaluator, roundId: `${plan.roundId}`, reason: wrong }, "message refused");
      return false;
    }
    const reception = await peers.receive({ message, digest, subject: messageSubject(message), receivedAt: now, late });
    metrics.messages.inc({ kind, outcome: reception });
    if (reception === "equivocation")
      log.error({ kind, evaluator, roundId: `${plan.roundId}`, digest }, "equivocation kept");
    return reception !== "equivocation";
  };

  /**
   * One board's messages in its order. A commitment after a report on the same version is late: whoever made it could have copied.
   * @param revealed Versions a report on which was known here before.
   */
  const takeAll = async (messages: readonly Message[], revealed: ReadonlySet<Hex>, now: bigint): Promise<void> => {
    const seen = new Set(revealed);
    for (const message of messages) {
      const subject = messageSubject(message);
      const late = message.kind === "commitment" && seen.has(subject);
      const kept = await take(message, late, now);
      if (kept && message.kind === "report") seen.add(subject);
    }
  };

  return {
    async publish(messages) {
      await Promise.all(
        boards.map(async (board) => {
          for (const message of messages) await board.publish(message);
        }),
      );
    },
    async collect(now) {
      const pages = await Promise.all(boards.map((board) => board.fetchNew(plan.roundId)));
      if (pages.some((page) => page.length > 0)) {
        const revealed = await revealedVersions(parts, plan);
        for (const page of pages) await takeAll(page, revealed, now);
      }
      return peers.ofRound(plan.roundId);
    },
  };
}

async function revealedVersions({ peers, ownMessages }: ExchangeParts, { roundId }: RoundPlan): Promise<Set<Hex>> {
  const received = await peers.ofRound(roundId);
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
