import type { Message } from "../messages/message.ts";
import { messageSubject } from "../messages/messageDigest.ts";
import type { PeerMessage, PeerMessages, Reception } from "./peerMessages.ts";

/** One round's kept messages, in memory as in the database: a pass asks for them often, and they change seldom. */
export interface HeldMessages {
  find(message: Message): Promise<PeerMessage | undefined>;
  receive(received: PeerMessage): Promise<Reception>;
  /** Whether a second message in this one's place is kept as proof: a third would add nothing. */
  isProven(message: Message): boolean;
  /** By kind, subject and evaluator. */
  all(): Promise<readonly PeerMessage[]>;
}

/** What there may be one message of an evaluator for. */
const messageKey = (message: Message): string => `${message.kind}:${messageSubject(message)}:${message.evaluator}`;

export function createHeldMessages(peers: PeerMessages, roundId: bigint): HeldMessages {
  const proven = new Set<string>();
  let loading: Promise<Map<string, PeerMessage>> | undefined;
  let sorted: readonly PeerMessage[] | undefined;

  const load = (): Promise<Map<string, PeerMessage>> => {
    loading ??= peers
      .ofRound(roundId)
      .then((messages) => new Map(messages.map((each) => [messageKey(each.message), each])))
      .catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
    return loading;
  };

  return {
    find: async (message) => (await load()).get(messageKey(message)),
    async receive(received) {
      const key = messageKey(received.message);
      const byKey = await load();
      const reception = await peers.receive(received);
      const first = byKey.get(key);
      if (reception === "equivocation") proven.add(key);
      else byKey.set(key, first ? { ...first, late: first.late && received.late } : received);
      sorted = undefined;
      return reception;
    },
    isProven: (message) => proven.has(messageKey(message)),
    async all() {
      sorted ??= [...(await load())].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, message]) => message);
      return sorted;
    },
  };
}
