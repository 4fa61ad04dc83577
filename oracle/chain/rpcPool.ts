import type { Logger } from "pino";
import { BaseError, type CustomTransport, custom, RpcRequestError } from "viem";
import { headOf, lookAtEndpoint } from "./lookAtEndpoint.ts";
import { EndpointFailure, type RpcAnswer, type RpcEndpoint } from "./rpcEndpoint.ts";

/** What is known of one endpoint. */
export interface EndpointView {
  /** Host and port. */
  readonly host: string;
  /** Whether it may be asked: it answers, is on the right chain and does not lag. */
  readonly up: boolean;
  /** Number of its latest block, when it last told. */
  readonly head: bigint | undefined;
  /** The chain it is on, when it last told. */
  readonly chainId: number | undefined;
  /** What is wrong with it, in words. */
  readonly complaint: string | undefined;
}

/** None of the endpoints can be asked. One of viem's own, which its actions pass on as it is. */
export class NoEndpointError extends BaseError {
  override name = "NoEndpointError";

  constructor(views: readonly EndpointView[]) {
    super(`no RPC endpoint can be asked: ${views.map(({ host, complaint }) => `${host} ${complaint}`).join("; ")}`);
  }
}

export interface RpcPoolParts {
  /** The preferred one first. */
  readonly endpoints: readonly RpcEndpoint[];
  readonly chainId: number;
  /** A block that every endpoint must have, with the same hash: two chains can share an id. */
  readonly anchorBlock: bigint;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly log?: Logger | undefined;
}

/** Several endpoints of one chain as one, that never goes back in time when it changes from one to another. */
export interface RpcPool {
  readonly transport: CustomTransport;
  views(): EndpointView[];
  /** Looks at every endpoint, whether it is in use or not. */
  checkAll(): Promise<void>;
}

/** Blocks that an endpoint may be behind the others before another one takes its place. */
const maxLag = 10n;
/** Milliseconds between looks at the endpoints that are not in use. */
const lookEveryMs = 10_000;
/** Milliseconds after which endpoints that are behind what was seen before are believed: the lead was of a branch that is gone. */
const patienceMs = 60_000;
const longestRestMs = 60_000;

/** An endpoint, and how it has done so far. */
interface Seat {
  readonly endpoint: RpcEndpoint;
  head: bigint | undefined;
  chainId: number | undefined;
  complaint: string | undefined;
  failures: number;
  /** Not asked before, as long as another one answers. */
  restUntil: number;
}

export function createRpcPool(parts: RpcPoolParts): RpcPool {
  const { chainId, anchorBlock, now, log } = parts;
  const seats = parts.endpoints.map((endpoint): Seat => {
    return { endpoint, head: undefined, chainId: undefined, complaint: "was not asked yet", failures: 0, restUntil: 0 };
  });
  const checks = new Map<Seat, Promise<void>>();
  /** Asked without a look at it: nothing is wrong with it, as far as is known. */
  let inUse: Seat | undefined;
  let anchorHash: string | undefined;
  /** The latest block that anybody was told of, and when. */
  let seen = { head: 0n, at: now() };
  let lookedAt = now();

  const judge = (seat: Seat, complaint: string | undefined): void => {
    if (complaint !== undefined && inUse === seat) inUse = undefined;
    if (complaint === seat.complaint) return;
    seat.complaint = complaint;
    const { host: endpoint } = seat.endpoint;
    if (complaint === undefined) log?.info({ endpoint }, "RPC endpoint is fine");
    else log?.warn({ endpoint }, `RPC endpoint ${complaint}`);
  };

  const fail = (seat: Seat, complaint: string): void => {
    // Requests of one moment fail together: that is one failure.
    if (now() < seat.restUntil) return;
    seat.failures += 1;
    seat.restUntil = now() + Math.min(longestRestMs, 500 * 2 ** Math.min(seat.failures, 10));
    judge(seat, complaint);
  };

  /** Whether an endpoint answers, and for the same chain. */
  const look = async (seat: Seat): Promise<void> => {
    try {
      const found = await lookAtEndpoint(seat.endpoint, anchorBlock);
      seat.chainId = found.chainId;
      if (found.chainId !== chainId)
        return fail(seat, `is chain ${found.chainId}, the deployment is on chain ${chainId}`);
      if (found.anchorHash === undefined) return fail(seat, `does not have block ${anchorBlock}`);
      anchorHash ??= found.anchorHash;
      if (found.anchorHash !== anchorHash)
        return fail(seat, `has another block ${anchorBlock} than the others: it follows another chain`);
      seat.head = found.head;
      seat.failures = 0;
      seat.restUntil = 0;
      judge(seat, isBehind(seat) ? behind(seat) : undefined);
    } catch (error) {
      if (!(error instanceof EndpointFailure)) throw error;
      fail(seat, error.message);
    }
  };

  const check = (seat: Seat): Promise<void> => {
    const known = checks.get(seat) ?? look(seat).finally(() => checks.delete(seat));
    checks.set(seat, known);
    return known;
  };

  /** The block that an endpoint must have reached to be asked. */
  const due = (): bigint => {
    const lead = seats.reduce(
      (most, { head, failures }) => (failures === 0 && head !== undefined && head > most ? head : most),
      0n,
    );
    const least = lead > maxLag ? lead - maxLag : 0n;
    const kept = now() - seen.at > patienceMs ? 0n : seen.head;
    return kept > least ? kept : least;
  };
  const isBehind = ({ head }: Seat): boolean => (head ?? 0n) < due();
  const behind = ({ head }: Seat): string => `is at block ${head}, behind block ${due()} that was seen before`;

  /** Every endpoint, in the order in which to ask them: first the one in use, those that failed lately last. */
  const inOrder = (): Seat[] => {
    const time = now();
    const rest = (seat: Seat) => (seat === inUse ? -1 : Math.max(0, seat.restUntil - time));
    return seats.toSorted((a, b) => rest(a) - rest(b));
  };

  /** An endpoint that failed another request while it answered this one is looked at before it is asked again. */
  const use = (seat: Seat): void => {
    if (seat === inUse || seat.complaint !== undefined) return;
    log?.info({ endpoint: seat.endpoint.host }, "RPC endpoint in use");
    inUse = seat;
  };

  const ask = async (method: string, params: unknown): Promise<RpcAnswer> => {
    for (const seat of inOrder()) {
      if (seat !== inUse) await check(seat);
      if (seat.complaint !== undefined) continue;
      try {
        const answer = await seat.endpoint.ask(method, params);
        use(seat);
        note(seat, method, params, answer);
        return answer;
      } catch (error) {
        if (!(error instanceof EndpointFailure)) throw error;
        fail(seat, error.message);
      }
    }
    throw new NoEndpointError(views());
  };

  /** Keeps the latest block in mind: the next endpoint must have it too. */
  const note = (seat: Seat, method: string, params: unknown, { result }: RpcAnswer): void => {
    const head = headOf(method, params, result);
    if (head === undefined) return;
    seat.head = head;
    seen = { head, at: now() };
    if (seats.length > 1 && now() - lookedAt > lookEveryMs) void lookAround();
  };

  /** Looks at the endpoints that are not in use, and leaves the one that is when it lags behind them. */
  const lookAround = async (): Promise<void> => {
    lookedAt = now();
    await Promise.all(seats.filter((seat) => seat !== inUse && seat.restUntil <= now()).map(check));
    if (!inUse) return;
    if (isBehind(inUse)) judge(inUse, behind(inUse));
    // The next request goes to the first that is fine: one that lags is left, one that is preferred is taken up again.
    inUse = undefined;
  };

  const views = (): EndpointView[] =>
    seats.map(({ endpoint: { host }, head, chainId, complaint }) => {
      return { host, up: complaint === undefined, head, chainId, complaint };
    });

  return {
    transport: custom(
      { request: async ({ method, params }) => resultOf(await ask(method, params), { method, params }) },
      { retryCount: 2, retryDelay: 250 },
    ),
    views,
    checkAll: async () => {
      await Promise.all(seats.map(check));
    },
  };
}

/** The result, or the node's error as viem's own transports throw it, without the endpoint's URL. */
function resultOf({ error, result }: RpcAnswer, body: { method: string; params: unknown }): unknown {
  if (error) throw new RpcRequestError({ body, error, url: "rpcUrls" });
  return result;
}
