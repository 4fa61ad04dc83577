import type { Hex, LocalAccount } from "viem";
import type { Database, Queryable } from "../database/openDatabase.ts";
import {
  type BatchSignature,
  type Commitment,
  type Message,
  parseMessage,
  type Report,
  signatureBytes,
  stringifyMessage,
  type Unsigned,
} from "../messages/message.ts";
import { messageSubject, reportDigest, type SigningDomain, type UnsignedMessage } from "../messages/messageDigest.ts";
import { signMessage } from "../messages/signMessage.ts";
import { recordedSubjects, recordSigning } from "./signingHistory.ts";

/** A message this node has signed. A report is held back until it is released. */
export interface OwnMessage {
  readonly message: Message;
  readonly subject: Hex;
  readonly released: boolean;
  /** The draw of its round that it was signed for; undefined where nobody knows, as for what a board gave back. */
  readonly seed: Hex | undefined;
}

/**
 * Signs this node's messages, each once, and keeps them: after a restart the same ones go out again. What is to be signed is written
 * down first, content and all; a signer that does not answer, or a kill in between, delays the signature and loses nothing.
 */
export interface OwnMessages {
  /**
   * Signs a report and the commitment to it; the commitment may go out, the report is held back.
   * @param seed The draw it was measured for.
   */
  signReport(report: Unsigned<Report>, seed?: Hex): Promise<{ commitment: Commitment; report: Report }>;
  /** @param seed The draw whose reports it is made from. */
  signBatch(batch: Unsigned<BatchSignature>, seed?: Hex): Promise<BatchSignature>;
  /** Lets the report on a version go out. From now on no other commitment on it counts for this node. */
  release(roundId: bigint, versionId: Hex): Promise<void>;
  /** What is signed. What was written down and is not signed yet, is tried again meanwhile. */
  ofRound(roundId: bigint): Promise<OwnMessage[]>;
  /** Subjects that the history has something for, signed, lost or adopted: nothing else is signed for them. */
  recorded(roundId: bigint): Promise<ReadonlySet<Hex>>;
  /**
   * Keeps a message of this node's key that a board shows: it was signed, by whichever copy of the node.
   * @returns whether it was not known here.
   */
  adopt(message: Message): Promise<boolean>;
  /** Waits for signatures that are being made. */
  settled(): Promise<void>;
}

/** @throws ConflictingSignatureError, RoundBelowFloorError and whatever the key throws, from every signing function. */
export function createOwnMessages(database: Database, domain: SigningDomain, account: LocalAccount): OwnMessages {
  const underWay = new Map<string, Promise<void>>();

  /** Signs one message that is written down; twice at once is done once. */
  const signOnce = (message: UnsignedMessage): Promise<void> => {
    const key = keyOf(message).join(" ");
    const running = underWay.get(key);
    if (running) return running;
    const signing = signMessage(account, domain, message)
      .then((signature) => database.transaction((tx) => replace(tx, message, signature)))
      .finally(() => underWay.delete(key));
    underWay.set(key, signing);
    return signing;
  };

  const writeDown = (messages: readonly UnsignedMessage[], seed: Hex | undefined): Promise<void> =>
    database.transaction(async (tx) => {
      for (const message of messages) {
        await recordSigning(tx, domain, message);
        await intend(tx, message);
        if (seed !== undefined) await noteDraw(tx, message, seed);
      }
    });

  const sign = async (messages: readonly UnsignedMessage[], seed: Hex | undefined): Promise<Message[]> => {
    await writeDown(messages, seed);
    const [first] = messages;
    const pending = first === undefined ? [] : await pendingOf(database, first.roundId);
    const wanted = new Set(messages.map((message) => keyOf(message).join(" ")));
    // One after the other: a report that is signed while its commitment is not could only wait.
    for (const message of pending) if (wanted.has(keyOf(message).join(" "))) await signOnce(message);
    return Promise.all(messages.map((message) => readOne(database, message)));
  };

  return {
    async signReport(unsigned, seed) {
      const { roundId, modelId, digest, evaluator } = unsigned;
      const about = { kind: "commitment", roundId, modelId, digest, evaluator } as const;
      const [report, commitment] = await sign(
        [unsigned, { ...about, reportDigest: reportDigest(domain, unsigned) }],
        seed,
      );
      if (report?.kind !== "report" || commitment?.kind !== "commitment") throw new TypeError("kinds were mixed up");
      return { commitment, report };
    },
    async signBatch(unsigned, seed) {
      const [batch] = await sign([unsigned], seed);
      if (batch?.kind !== "batchSignature") throw new TypeError("kinds were mixed up");
      return batch;
    },
    release: async (roundId, versionId) => {
      await database.query("update own_messages set released = true where round_id = $1 and subject = $2", [
        roundId.toString(),
        versionId,
      ]);
    },
    async ofRound(roundId) {
      // Not waited for: a signer that hangs must not hold up the rounds. Whoever asks next finds what came of it.
      for (const message of await pendingOf(database, roundId)) signOnce(message).catch(() => undefined);
      return ofRound(database, roundId);
    },
    recorded: (roundId) => recordedSubjects(database, domain, roundId),
    adopt: (message) =>
      database.transaction(async (tx) => {
        await recordSigning(tx, domain, message);
        return keep(tx, message, true);
      }),
    async settled() {
      await Promise.allSettled(underWay.values());
    },
  };
}

const keyOf = (message: UnsignedMessage): [string, Hex, string] => [
  message.roundId.toString(),
  messageSubject(message),
  message.kind,
];

/** Writes a message down for signing, unless it is signed already. Its signature is zeros until then. */
async function intend(tx: Queryable, message: UnsignedMessage): Promise<void> {
  await tx.query(
    `insert into unsigned_messages select $1, $2, $3, $4
     where not exists (select 1 from own_messages where round_id = $1 and subject = $2 and kind = $3) on conflict do nothing`,
    [...keyOf(message), stringifyMessage(withZeros(message))],
  );
}

/** What was signed for one draw of a round is no answer to another: the chain may have taken another turn meanwhile. */
async function noteDraw(tx: Queryable, message: UnsignedMessage, seed: Hex): Promise<void> {
  const [roundId, subject] = keyOf(message);
  await tx.query("insert into message_draws values ($1, $2, $3) on conflict do nothing", [roundId, subject, seed]);
}

function withZeros(message: UnsignedMessage): Message {
  const count = message.kind === "batchSignature" ? message.batches.length : 1;
  return { ...message, signature: `0x${"00".repeat(count * signatureBytes)}` };
}

async function pendingOf(database: Queryable, roundId: bigint): Promise<UnsignedMessage[]> {
  const found = await database.query<{ body: string }>(
    "select body from unsigned_messages where round_id = $1 order by kind desc, subject",
    [roundId.toString()],
  );
  return found.rows.map(({ body }) => parseMessage(body));
}

/** A signature takes the place of the note that it is to be made. */
async function replace(tx: Queryable, message: UnsignedMessage, signature: Hex): Promise<void> {
  await keep(tx, { ...message, signature }, message.kind !== "report");
  await tx.query("delete from unsigned_messages where round_id = $1 and subject = $2 and kind = $3", keyOf(message));
}

/** @returns whether it was not there. */
async function keep(tx: Queryable, message: Message, released: boolean): Promise<boolean> {
  const inserted = await tx.query(
    "insert into own_messages values ($1, $2, $3, $4, $5) on conflict do nothing returning kind",
    [...keyOf(message), stringifyMessage(message), released],
  );
  return inserted.rows.length > 0;
}

async function readOne(database: Queryable, message: UnsignedMessage): Promise<Message> {
  const found = await database.query<{ body: string }>(
    "select body from own_messages where round_id = $1 and subject = $2 and kind = $3",
    keyOf(message),
  );
  const [row] = found.rows;
  if (!row) throw new RangeError(`the signed ${message.kind} of round ${message.roundId} is gone: it was forgotten`);
  return parseMessage(row.body);
}

async function ofRound(database: Queryable, roundId: bigint): Promise<OwnMessage[]> {
  const found = await database.query<{ body: string; subject: Hex; released: boolean; seed: Hex | null }>(
    `select body, subject, released, seed from own_messages left join message_draws using (round_id, subject)
     where round_id = $1 order by kind, subject`,
    [roundId.toString()],
  );
  return found.rows.map(({ body, subject, released, seed }) => {
    return { message: parseMessage(body), subject, released, seed: seed ?? undefined };
  });
}
