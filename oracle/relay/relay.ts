import type { Logger } from "pino";
import { formatGwei, type Hex, keccak256, type LocalAccount, type PublicClient, type TransactionReceipt } from "viem";
import { capsOf, type FeeCaps, type Fees, firstFees, type GasPrice, higherFees } from "./fees.ts";
import type { Attempt, Intent, Intents } from "./intents.ts";
import { refusalOf } from "./refusal.ts";
import { createRelayReads, type Head } from "./relayReads.ts";
import { type Refused, refusedBy } from "./revert.ts";

export interface RelayConfig extends FeeCaps {
  readonly confirmations: number;
  readonly replaceAfterBlocks: number;
  readonly replaceAfterSeconds: number;
}

/** What became of a call. */
export type Settled = { readonly hash: Hex } | Refused;

export interface RelayParts {
  readonly client: PublicClient;
  readonly account: LocalAccount;
  readonly intents: Intents;
  readonly config: RelayConfig;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Told of what happens to calls. */
  readonly told: RelayTold;
  readonly log: Logger;
}

export interface RelayTold {
  /** A call is in a block or given up; again when its block has vanished. */
  readonly settled: (intent: Intent, settled: Settled) => void;
  readonly replaced: (call: string) => void;
  readonly vanished: (call: string) => void;
  /** Another transaction of the key, which is none of these, took a call's nonce. */
  readonly nonceTaken: (call: string) => void;
}

/** Why nothing goes on, though there is something to send. */
export interface Waiting {
  readonly reason: "feeCap" | "gas";
  /** The call that waits. */
  readonly call: string;
  /** In words, with the values. */
  readonly why: string;
}

/** Brings the calls of one key on chain, one after the other. */
export interface Relay {
  /**
   * Takes every step that is due. All it goes by is in the database and on the chain: it may be killed between any two of them.
   * @returns whether something was sent just now, something is under way, or nothing is left to do
   */
  step(): Promise<"sent" | "underWay" | "idle">;
  waiting(): Waiting | undefined;
  /** Whether a transaction is in a block, and did what it was sent for. */
  isMined(hash: Hex): Promise<boolean>;
}

const transferGas = 21_000n;
/** Transactions of one call that may be reverted, though it would go through after them. */
const maxReverts = 3;

export function createRelay(parts: RelayParts): Relay {
  const { client, account, intents, config, now, told, log } = parts;
  const caps = capsOf(config);
  const reads = createRelayReads(client, account.address);
  /** When a node took a transaction, as far as this process knows (unix ms). */
  const delivered = new Map<Hex, number>();
  const underpriced = new Set<Hex>();
  const reverts = new Map<string, number>();
  /** Transactions that wait for an earlier nonce, and the block in which that was noticed. */
  const gaps = new Map<Hex, bigint>();
  let lastBlock: Hex | undefined;
  let waiting: Waiting | undefined;
  let lastWhy: string | undefined;
  let hasSent = false;

  // ---------------------------------------------------------------- how a call ends
  const end = async (intent: Intent, refused: Refused): Promise<void> => {
    reverts.delete(intent.key);
    if ("alreadyDone" in refused) await intents.end(intent.key, "done", refused.alreadyDone);
    else await intents.end(intent.key, "failed", refused.failed);
    told.settled(intent, refused);
  };

  const settleMined = async (
    intent: Intent,
    { hash, cancels }: Attempt,
    receipt: TransactionReceipt,
  ): Promise<void> => {
    const { blockNumber, blockHash, status } = receipt;
    if (status === "success" && !cancels) {
      reverts.delete(intent.key);
      await intents.mine(intent.key, { hash, blockNumber, blockHash });
      if (config.confirmations === 0) await intents.end(intent.key, "final");
      return told.settled(intent, { hash });
    }
    // Somebody else's came first, perhaps in the same block: the simulation now says what it did.
    const refused = await reads.simulate(intent);
    if (refused) return end(intent, refused);
    const tries = (reverts.get(intent.key) ?? 0) + 1;
    reverts.set(intent.key, tries);
    if (tries < maxReverts) return intents.requeue(intent.key);
    await end(intent, { failed: `was reverted ${tries} times, though it would go through now`, noFunds: false });
  };

  /** Watches over what is in a block until it has its confirmations. */
  const confirm = async (intent: Intent, head: Head): Promise<void> => {
    const { key, call, mined } = intent;
    if (!mined) return intents.unmine(key);
    const receipt = await reads.receiptOf(mined.hash);
    if (receipt?.blockHash === mined.blockHash) {
      if (head.number - mined.blockNumber >= BigInt(config.confirmations)) await intents.end(key, "final");
      return;
    }
    // The same transaction in another block, or in none.
    log.warn({ call, key, hash: mined.hash, block: `${mined.blockNumber}` }, "block of a transaction has vanished");
    told.vanished(call);
    for (const { hash } of await intents.attempts(intent)) delivered.delete(hash);
    await intents.unmine(key);
  };

  // ---------------------------------------------------------------- sending
  const wait = ({ call, key }: Intent, reason: Waiting["reason"], why: string): void => {
    waiting = { reason, call, why };
    if (lastWhy !== reason) log.warn({ call, key, reason }, `transaction waits: ${why}`);
    lastWhy = reason;
  };

  /** Signs, writes down, sends: in this order, so that nothing is ever under way that is not written down. */
  const sign = async (intent: Intent, offer: Offer, head: Head): Promise<void> => {
    const { cancels, ...fields } = offer;
    const what = cancels ? { to: account.address } : { to: intent.to, data: intent.data };
    const chainId = client.chain?.id ?? (await client.getChainId());
    const raw = await account.signTransaction({ type: "eip1559", chainId, ...fields, ...what });
    const attempt: Attempt = { ...offer, raw, hash: keccak256(raw), sentBlock: head.number, sentAt: now() };
    await intents.addAttempt(intent.key, attempt);
    await deliver(intent, attempt);
  };

  const deliver = async (intent: Intent, attempt: Attempt): Promise<void> => {
    const { key, call } = intent;
    const { hash, nonce } = attempt;
    try {
      await client.sendRawTransaction({ serializedTransaction: attempt.raw });
      delivered.set(hash, now());
      hasSent = true;
      log.debug({ call, key, hash, nonce }, "transaction sent");
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === "unreachable") throw error;
      // A used nonce is looked into by the next step: the transaction in the block may be this call's.
      if (refusal === "nonceUsed") return;
      if (refusal === "nonceGap") return intents.requeue(key);
      if (refusal !== "noFunds" && refusal !== "refused") delivered.set(hash, now());
      if (refusal === "underpriced") underpriced.add(hash);
      if (refusal === "noFunds" || refusal === "refused") await drop(intent, attempt, error);
    }
  };

  /** The node does not want it; an earlier one may still be under way. */
  const drop = async (intent: Intent, { hash, nonce }: Attempt, error: unknown): Promise<void> => {
    await intents.dropAttempt(hash);
    const refused = refusedBy(error, intent.data);
    const reason = refused && "failed" in refused ? refused : { failed: "refused by the node", noFunds: false };
    if ((await intents.attempts({ ...intent, nonce })).length === 0) return end(intent, reason);
    log.warn({ call: intent.call, key: intent.key }, `replacement refused: ${reason.failed}`);
  };

  const start = async (intent: Intent, head: Head): Promise<void> => {
    const refused = await reads.simulate(intent);
    if (refused) return end(intent, refused);
    const price = await reads.priceAt(head);
    const fees = firstFees(price, caps);
    if (!fees) return wait(intent, "feeCap", aboveCap(price, caps));
    const gas = await reads.estimate(intent);
    if (typeof gas !== "bigint") return end(intent, gas);
    const lack = await reads.missing(gas, fees);
    if (lack !== undefined) return end(intent, { failed: lack, noFunds: true });
    await sign(intent, { ...fees, nonce: await reads.nonce("pending"), gas, cancels: false }, head);
  };

  const isStuck = ({ hash, sentBlock, sentAt }: Attempt, head: Head): boolean => {
    if (underpriced.has(hash)) return true;
    const { replaceAfterBlocks, replaceAfterSeconds } = config;
    return head.number - sentBlock >= BigInt(replaceAfterBlocks) && now() - sentAt >= replaceAfterSeconds * 1_000;
  };

  /** The same call for a higher fee; or, when it would be reverted by now, nothing for its nonce, which is cheaper. */
  const replace = async (intent: Intent, before: Attempt, head: Head): Promise<void> => {
    const { call, key } = intent;
    const cancels = before.cancels || (await reads.simulate(intent)) !== undefined;
    const price = await reads.priceAt(head);
    const fees = higherFees(before, price, caps);
    if (!fees) {
      wait(intent, "feeCap", noRoom(before, price, caps));
      // Nodes forget transactions that wait for long.
      const at = delivered.get(before.hash) ?? 0;
      if (now() - at >= config.replaceAfterSeconds * 1_000) await deliver(intent, before);
      return;
    }
    const gas = cancels ? transferGas : before.gas;
    const lack = await reads.missing(gas, fees);
    if (lack !== undefined) return wait(intent, "gas", lack);
    log.info({ call, key, cancels, maxFeeGwei: formatGwei(fees.maxFeePerGas) }, "transaction replaced");
    told.replaced(call);
    await sign(intent, { ...fees, nonce: before.nonce, gas, cancels }, head);
  };

  /**
   * Whether no block can take a transaction, because one before it was believed to stay and vanished all the same. An endpoint that is
   * behind shows a gap as well, for a block or two.
   */
  const isBehindGap = async ({ hash, nonce }: Attempt, head: Head): Promise<boolean> => {
    if ((await reads.nonce("pending")) >= nonce) return false;
    const since = gaps.get(hash) ?? head.number;
    gaps.set(hash, since);
    return head.number - since >= BigInt(config.replaceAfterBlocks);
  };

  /** Finds out what became of what is under way. */
  const pursue = async (intent: Intent, head: Head): Promise<void> => {
    const attempts = await intents.attempts(intent);
    const newest = attempts.at(-1);
    if (!newest) return intents.requeue(intent.key);
    const mined = await reads.findMined(attempts);
    if (mined) return settleMined(intent, mined.attempt, mined.receipt);
    const nonce = await reads.nonce("latest");
    if (nonce > newest.nonce) {
      // One of them may have come into a block between the two questions.
      const late = await reads.findMined(attempts);
      if (late) return settleMined(intent, late.attempt, late.receipt);
      log.warn({ call: intent.call, key: intent.key, nonce: newest.nonce }, "nonce was used by another transaction");
      told.nonceTaken(intent.call);
      return intents.requeue(intent.key);
    }
    if (!delivered.has(newest.hash)) return deliver(intent, newest);
    if (nonce < newest.nonce && (await isBehindGap(newest, head))) {
      log.warn({ call: intent.call, key: intent.key, nonce: newest.nonce }, "an earlier nonce has vanished: sent anew");
      return intents.requeue(intent.key);
    }
    if (isStuck(newest, head)) await replace(intent, newest, head);
  };

  const takeSteps = async (head: Head): Promise<void> => {
    if (head.hash !== lastBlock) for (const intent of await intents.inState("mined")) await confirm(intent, head);
    for (const intent of await intents.inState("sent")) await pursue(intent, head);
    if ((await intents.inState("sent")).length > 0) return;
    delivered.clear();
    underpriced.clear();
    gaps.clear();
    const next = await intents.next();
    if (next) await start(next, head);
  };

  return {
    waiting: () => waiting,
    isMined: async (hash) => (await reads.receiptOf(hash))?.status === "success",
    async step() {
      const head = await client.getBlock();
      hasSent = false;
      waiting = undefined;
      await takeSteps(head);
      lastBlock = head.hash;
      if (!waiting) lastWhy = undefined;
      if (hasSent) return "sent";
      const counts = await intents.counts();
      return ["queued", "sent", "mined"].some((state) => counts.has(state)) ? "underWay" : "idle";
    },
  };
}

type Offer = Fees & Pick<Attempt, "nonce" | "gas" | "cancels">;

const aboveCap = ({ baseFeePerGas }: GasPrice, { maxFeePerGas }: Fees): string =>
  `the base fee of ${formatGwei(baseFeePerGas)} gwei is above maxFeePerGasGwei ${formatGwei(maxFeePerGas)}`;

const noRoom = (before: Fees, { baseFeePerGas }: GasPrice, caps: Fees): string =>
  `it offers ${formatGwei(before.maxFeePerGas)} gwei (tip ${formatGwei(before.maxPriorityFeePerGas)}) at a base fee of ` +
  `${formatGwei(baseFeePerGas)}, and an eighth more is above maxFeePerGasGwei ${formatGwei(caps.maxFeePerGas)} ` +
  `or maxPriorityFeePerGasGwei ${formatGwei(caps.maxPriorityFeePerGas)}`;
