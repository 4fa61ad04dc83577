import type { Address, Hex } from "viem";
import { type Message, parseMessage, type Report } from "../../../oracle/messages/message.ts";
import { messageSubject } from "../../../oracle/messages/messageDigest.ts";

/** Everything that any node ever let out of its process, whether it arrived or not. */
export interface SignatureLedger {
  record(message: Message): void;
  /** Signatures that were seen, each counted once. */
  readonly size: () => number;
  /** Two different signatures of one evaluator for one round, version and kind. */
  contradictions(): string[];
  has(kind: Message["kind"], roundId: bigint, evaluator: Address): boolean;
  reports(roundId: bigint, modelId: bigint): Report[];
}

export function createSignatureLedger(): SignatureLedger {
  const bySubject = new Map<string, Map<Hex, Message>>();
  const all = (): Message[] => [...bySubject.values()].flatMap((signed) => [...signed.values()]);
  return {
    record(message) {
      const { roundId, kind, evaluator, signature } = message;
      const key = `round ${roundId}: ${kind} of ${evaluator} on ${messageSubject(message)}`;
      const signed = bySubject.get(key) ?? new Map<Hex, Message>();
      bySubject.set(key, signed.set(signature, message));
    },
    size: () => all().length,
    contradictions: () => [...bySubject].filter(([, signed]) => signed.size > 1).map(([key]) => key),
    has: (kind, roundId, evaluator) =>
      all().some((each) => each.kind === kind && each.roundId === roundId && each.evaluator === evaluator),
    reports: (roundId, modelId) =>
      all().flatMap((each) =>
        each.kind === "report" && each.roundId === roundId && each.modelId === modelId ? [each] : [],
      ),
  };
}

/** The message in a request to a board, or undefined when it is none. */
export function messageIn(path: string, body: string): Message | undefined {
  return path === "/v1/messages" && body !== "" ? parseMessage(body) : undefined;
}
