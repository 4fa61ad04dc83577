import type { Logger } from "pino";
import type { Address, Hex } from "viem";
import type { Message } from "../messages/message.ts";
import type { BoardClient, BoardDoor } from "./boardClient.ts";
import type { NodeMetrics } from "./metrics.ts";

/** A message with its digest. */
export interface Letter {
  readonly message: Message;
  readonly digest: Hex;
}

/** What a letter is told apart by: members who agree sign the same digest. */
const letterKey = ({ message, digest }: Letter): string => `${message.evaluator}:${digest}`;

/** What a board was caught at. */
export type BoardFault = "forged" | "flood";

/** One round on one board: what is to be there, and what was found there. Works in the background; one request at a time. */
export interface BoardSession {
  readonly url: string;
  /** Says what is to be on the board, in the order it should get there; what it shows is not sent. */
  offer(letters: Iterable<Letter>): void;
  /** Takes commitments back that the board has not got yet: their time is over. */
  withdrawCommitments(): void;
  /** Brings what is to be there, and reads what is new when asked to. A call while another is under way waits for that one. */
  sync(reads: boolean): Promise<void>;
  /** Whether the last call was over within the caller's patience; a slow board is not waited for. */
  isPrompt: boolean;
  /** Whether it was read to its end since this was asked the last time. */
  wasRead(): boolean;
  /** What was found since the last call, in the board's order. */
  drain(): readonly Message[];
  /** Notes that the board shows a message. */
  noteShown(letter: Letter): void;
  shows(letter: Letter): boolean;
  /** Notes that the board says what no honest board does; after some of that it is not read any more in this round. */
  blame(fault: BoardFault): void;
  readonly isLeftAlone: () => boolean;
}

export interface BoardSessionParts {
  readonly board: BoardClient;
  readonly roundId: bigint;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** Bounds on what one board can make a node do in one pass. */
const pagesAtOnce = 8;
const bytesAtOnce = 4_000_000;
const inboxSize = 1_000;
/** Faults that a board is forgiven in a round: a bit may fall over anywhere, once. */
const faultsForgiven = 8;
/** Messages read in one round: those of all committees of many rounds' worth. What is no message counts for more. */
const maxRead = 65_536;
const junkWeight = 16;
const maxProofReads = 4;
/** Calls after which a message is brought again that a board took and does not show; twice as many each time. */
const firstRepeat = 4;

interface Attempted {
  readonly tries: number;
  readonly notBefore: number;
}

export function createBoardSession({ board, roundId, metrics, log }: BoardSessionParts): BoardSession {
  const outbox = new Map<string, Message>();
  const attempted = new Map<string, Attempted>();
  const shown = new Set<string>();
  let inbox: Message[] = [];
  let identity: string | undefined;
  let cursor = 0;
  let calls = 0;
  let faults = 0;
  let readCount = 0;
  let proofReads = 0;
  let wantsProof = false;
  let readToEnd = false;
  let running: Promise<void> | undefined;

  const isLeftAlone = (): boolean => faults > faultsForgiven;

  const blame = (fault: BoardFault): void => {
    metrics.boardFaults.inc({ board: board.url, fault });
    // Whoever floods does so on purpose.
    faults += fault === "flood" ? faultsForgiven + 1 : 1;
    if (faults - 1 > faultsForgiven || !isLeftAlone()) return;
    inbox = [];
    log.error({ board: board.url, fault }, "board says what no honest board does: not read any more in this round");
  };

  /** What the board takes later stays in the outbox; one evaluator's messages that it has enough of just now hold up nobody else's. */
  const deliver = async (door: BoardDoor): Promise<void> => {
    const later = new Set<Address>();
    for (const [key, message] of outbox) {
      const before = attempted.get(key);
      if (shown.has(key) || later.has(message.evaluator) || (before && calls < before.notBefore)) continue;
      const delivery = await door.post(message);
      if (delivery === "busy") {
        later.add(message.evaluator);
        continue;
      }
      if (delivery === "early") continue;
      if (delivery === "conflict") wantsProof = true;
      const tries = (before?.tries ?? 0) + 1;
      const notBefore = delivery === "taken" ? calls + firstRepeat * 2 ** tries : Number.POSITIVE_INFINITY;
      attempted.set(key, { tries, notBefore });
    }
  };

  /** A board that lost its messages numbers them anew: everything is read, and brought, again. */
  const meet = (found: string): boolean => {
    const isKnown = identity === undefined || identity === found;
    identity = found;
    if (isKnown) return true;
    cursor = 0;
    attempted.clear();
    shown.clear();
    return false;
  };

  const read = async (door: BoardDoor): Promise<void> => {
    let bytes = 0;
    for (let count = 0; count < pagesAtOnce && bytes < bytesAtOnce && inbox.length < inboxSize; count += 1) {
      const page = await door.page(roundId, cursor);
      if (!meet(page.board)) return;
      cursor = page.after;
      bytes += page.bytes;
      readCount += page.messages.length + junkWeight * page.junk;
      if (readCount > maxRead) blame("flood");
      if (isLeftAlone()) return;
      inbox.push(...page.messages);
      readToEnd ||= page.isLast;
      if (page.isLast) return;
    }
  };

  /** Two messages where the board has another one than was brought: both are signed, and together they prove it. */
  const readProof = async (door: BoardDoor): Promise<void> => {
    if (!wantsProof || proofReads >= maxProofReads || inbox.length >= inboxSize) return;
    const found = await door.equivocations(roundId);
    wantsProof = false;
    proofReads += 1;
    inbox.push(...found);
  };

  const work = async (reads: boolean): Promise<void> => {
    calls += 1;
    await board.attempt(async (door) => {
      await deliver(door);
      if (!reads || isLeftAlone()) return;
      await read(door);
      await readProof(door);
    });
  };

  return {
    url: board.url,
    isPrompt: true,
    offer(letters) {
      for (const letter of letters) outbox.set(letterKey(letter), letter.message);
    },
    withdrawCommitments() {
      for (const [key, { kind }] of outbox) if (kind === "commitment") outbox.delete(key);
    },
    sync(reads) {
      running ??= work(reads).finally(() => {
        running = undefined;
      });
      return running;
    },
    wasRead() {
      const was = readToEnd;
      readToEnd = false;
      return was;
    },
    drain() {
      const found = inbox;
      inbox = [];
      return found;
    },
    noteShown: (letter) => void shown.add(letterKey(letter)),
    shows: (letter) => shown.has(letterKey(letter)),
    blame,
    isLeftAlone,
  };
}
