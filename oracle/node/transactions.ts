import type { Logger } from "pino";
import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  encodeFunctionData,
  type Hex,
  type LocalAccount,
  type PublicClient,
} from "viem";
import type { Database } from "../database/openDatabase.ts";
import { createIntents, type Intent } from "../relay/intents.ts";
import { createNonceWatch } from "../relay/nonceWatch.ts";
import { createRelay, type RelayConfig, type RelayTold, type Settled, type Waiting } from "../relay/relay.ts";
import { startLoop } from "../relay/startLoop.ts";
import type { NodeMetrics } from "./metrics.ts";
import { createPurse } from "./purse.ts";

/** A transaction was refused or given up; the message is one line, with the contract's error and its values. */
export class TransactionFailed extends Error {
  override name = "TransactionFailed";
}

/** What became of a call: in a block, or not needed because somebody else's was first. */
export type Outcome = { readonly hash: Hex } | { readonly alreadyDone: string };

/** A call of one of the protocol's contracts. */
export interface ContractCall<abi extends Abi, name extends ContractFunctionName<abi, "nonpayable">> {
  /** Idempotency key: while one call with it is under way or in a block, asking again is asking for that one's outcome. */
  readonly key: string;
  /** Name in logs and metrics. */
  readonly call: string;
  readonly contract: { readonly address: Address; readonly abi: abi };
  readonly functionName: name;
  readonly args: ContractFunctionArgs<abi, "nonpayable", name> & readonly unknown[];
  /** What goes first when several wait: what has a deadline, then what keeps the protocol going, then what can wait. */
  readonly priority?: Priority;
}

export type Priority = "deadline" | "normal" | "spare";

/** A node's transactions, all from one relaying key, one after the other. */
export interface Transactions {
  /**
   * Simulates a call and sends it; ends when it is in a block. Safe to ask for again at any time, also after a restart.
   * @throws TransactionFailed
   */
  send<const abi extends Abi, name extends ContractFunctionName<abi, "nonpayable">>(
    call: ContractCall<abi, name>,
  ): Promise<Outcome>;
  /** Whether there is a key to relay with and gas to pay with. Without, what there is to post is a peer's to post. */
  canPay(): boolean;
  status(): RelayStatus;
  /** Puts everything down as it is; the next start goes on. Whoever waits for an outcome is told so. */
  stop(): Promise<void>;
}

/** How a node's transactions do. */
export interface RelayStatus {
  /** The relaying key's account; undefined when this node sends nothing. */
  readonly relayer: Address | undefined;
  /** In wei, when it last was asked for. */
  readonly balance: bigint | undefined;
  readonly canPay: boolean;
  /** Calls by how far they have come (see IntentState). */
  readonly calls: Readonly<Record<string, number>>;
  /** Why nothing goes on though there is something to send. */
  readonly waiting: Waiting | undefined;
  /** Transactions of the last hour from the relaying key that this node did not send. */
  readonly foreignLately: number;
}

export interface TransactionsParts {
  readonly client: PublicClient;
  /** The relaying key, which pays the gas; without one nothing is ever sent. */
  readonly account: LocalAccount | undefined;
  readonly database: Database;
  readonly config: RelayConfig;
  /** Milliseconds between looks at the chain while something is under way. */
  readonly pollMs: number;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** A call, whatever its contract. */
interface AnyCall {
  readonly key: string;
  readonly call: string;
  readonly contract: { readonly address: Address; readonly abi: Abi };
  readonly functionName: string;
  readonly args: readonly unknown[];
  readonly priority?: Priority;
}

/** Milliseconds to the next look: after something was sent, and when there is nothing to do. */
const soonMs = 100;
const idleMs = 30_000;

const ranks = { deadline: 0, normal: 1, spare: 2 } as const;

/** Goes on with whatever an earlier process has left under way. */
export function createTransactions(parts: TransactionsParts): Transactions {
  const { account } = parts;
  return account ? createRelayingTransactions({ ...parts, account }) : withoutKey;
}

/** A node that only watches. */
const withoutKey: Transactions = {
  send: ({ call }) => Promise.reject(new TransactionFailed(`${call}: not sent, there is no relaying key`)),
  canPay: () => false,
  status: () => ({
    relayer: undefined,
    balance: undefined,
    canPay: false,
    calls: {},
    waiting: undefined,
    foreignLately: 0,
  }),
  stop: () => Promise.resolve(),
};

/** Whoever waits for a call's outcome. */
interface Waiter {
  readonly outcome: Promise<Outcome>;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

function createRelayingTransactions(parts: TransactionsParts & { readonly account: LocalAccount }): Transactions {
  const { client, account, database, config, pollMs, metrics, log } = parts;
  const intents = createIntents(database, account.address);
  const purse = createPurse(client, account.address, metrics);
  const waiters = new Map<string, Waiter>();
  let calls: Readonly<Record<string, number>> = {};

  const settled = ({ key, call }: Intent, how: Settled): void => {
    const waiter = waiters.get(key);
    waiters.delete(key);
    metrics.transactions.inc({
      call,
      outcome: "hash" in how ? "confirmed" : "failed" in how ? "failed" : "alreadyDone",
    });
    if ("failed" in how) {
      if (how.noFunds) purse.empty();
      waiter?.reject(new TransactionFailed(`${call}: ${how.failed}`));
    } else waiter?.resolve(how);
  };
  const nonces = createNonceWatch({
    client,
    address: account.address,
    intents,
    now: Date.now,
    onFound: (count) => metrics.foreignTransactions.inc(count),
    log,
  });
  const told: RelayTold = {
    settled,
    replaced: (call) => metrics.replacements.inc({ call }),
    vanished: (call) => metrics.vanished.inc({ call }),
    nonceTaken: () => nonces.note(1),
  };
  const relay = createRelay({ client, account, intents, config, now: Date.now, told, log });

  const work = async (): Promise<number> => {
    await purse.look();
    await nonces.look();
    const state = await relay.step();
    const counts = await intents.counts();
    calls = Object.fromEntries(counts);
    for (const each of ["queued", "sent", "mined"]) metrics.calls.set({ state: each }, counts.get(each) ?? 0);
    for (const reason of ["feeCap", "gas"])
      metrics.transactionsWaiting.set({ reason }, relay.waiting()?.reason === reason ? 1 : 0);
    if (state === "sent") return Math.min(pollMs, soonMs);
    return state === "underWay" || !purse.canPay() ? pollMs : idleMs;
  };
  const loop = startLoop(work, pollMs, log);

  /** Writes a call down, unless it is in a block already. */
  const ask = async (request: AnyCall, waiter: Waiter): Promise<void> => {
    const { key, call, contract, functionName, args, priority = "normal" } = request;
    const data = encodeFunctionData({ abi: contract.abi, functionName, args });
    const { state, mined } = await intents.ask({ key, call, to: contract.address, data, rank: ranks[priority] });
    if (mined && (state === "mined" || state === "final")) {
      // Whoever asks does not see it done: the chain decides whether it is.
      if (state === "mined" || (await relay.isMined(mined.hash))) {
        waiters.delete(key);
        return waiter.resolve({ hash: mined.hash });
      }
      await intents.requeue(key);
    }
    loop.wake();
  };

  return {
    send: (request: AnyCall) => {
      const known = waiters.get(request.key);
      if (known) return known.outcome;
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
      const waiter = { outcome: promise, resolve, reject };
      if (loop.stopped()) reject(new TransactionFailed(`${request.call}: not sent, the node is stopping`));
      else {
        waiters.set(request.key, waiter);
        ask(request, waiter).catch((error: Error) => {
          waiters.delete(request.key);
          reject(error);
        });
      }
      return promise;
    },
    canPay: purse.canPay,
    status: () => ({
      relayer: account.address,
      ...purse.view(),
      calls,
      waiting: relay.waiting(),
      foreignLately: nonces.lately(),
    }),
    async stop() {
      await loop.stop();
      for (const [key, { reject }] of waiters)
        reject(new TransactionFailed(`${key}: put down, the next start goes on with it`));
      waiters.clear();
    },
  };
}
