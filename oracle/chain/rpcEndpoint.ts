import { BaseError, HttpRequestError, http } from "viem";

/** What a JSON-RPC node answered: a result, or an error of its own. */
export interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: RpcErrorObject | undefined;
}

export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** An endpoint gave no answer, or one about itself instead of the chain. The message has no URL in it: it may hold a secret. */
export class EndpointFailure extends Error {
  override name = "EndpointFailure";
}

/** One JSON-RPC endpoint. */
export interface RpcEndpoint {
  /** Host and port: what logs and metrics may show. */
  readonly host: string;
  /** @throws EndpointFailure */
  ask(method: string, params: unknown): Promise<RpcAnswer>;
}

const longestMs = 10_000;
/** Enough for the logs of a thousand busy blocks. */
const maxResponseBodySize = 64 * 2 ** 20;

/** Limits, missing methods and missing resources: another endpoint may well answer. */
const endpointCodes = new Set([429, -32001, -32002, -32004, -32005, -32007, -32601]);
const internalError = -32_603;
/** What nodes also report as an internal error, though it is about the call. */
const aboutTheCall = /revert|nonce|underpriced|funds|known|fee|gas/i;

/**
 * Endpoints in the order given. Requests of the same moment travel together.
 * @param timeoutMs Milliseconds within which the last byte of an answer has to be here.
 */
export function createEndpoints(urls: readonly string[], timeoutMs = longestMs): RpcEndpoint[] {
  const hosts = urls.map((url) => new URL(url).host);
  return urls.map((url, i) => {
    const before = hosts.slice(0, i).filter((host) => host === hosts[i]).length;
    return createEndpoint(url, `${hosts[i]}${before === 0 ? "" : `#${before + 1}`}`, timeoutMs);
  });
}

function createEndpoint(url: string, host: string, timeoutMs: number): RpcEndpoint {
  // viem's own timeout ends with the headers: a body that stops halfway would hold up whoever asked for as long as the server likes.
  const fetchFn = (input: string | URL | Request, init?: RequestInit) =>
    fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  const limits = { retryCount: 0, timeout: 0, maxResponseBodySize };
  const { request } = http<undefined, true>(url, { raw: true, batch: { wait: 0 }, fetchFn, ...limits })({});
  return {
    host,
    async ask(method, params) {
      const answer: RpcAnswer = await request({ method, params }).catch((cause: unknown) => {
        throw new EndpointFailure(failureOf(cause, timeoutMs));
      });
      const { error } = answer;
      if (error && isEndpointsOwn(error)) throw new EndpointFailure(oneLine(error.message));
      if (!error && answer.result === undefined)
        throw new EndpointFailure("answers with neither a result nor an error");
      return answer;
    },
  };
}

function isEndpointsOwn({ code, message, data }: RpcErrorObject): boolean {
  return endpointCodes.has(code) || (code === internalError && data === undefined && !aboutTheCall.test(message));
}

function failureOf(cause: unknown, timeoutMs: number): string {
  if (cause instanceof HttpRequestError && cause.status !== undefined) return `answers HTTP ${cause.status}`;
  const root = cause instanceof BaseError ? cause.walk() : cause;
  if (root instanceof DOMException && root.name === "TimeoutError")
    return `gives no answer within ${timeoutMs / 1_000} s`;
  if (root instanceof SyntaxError) return "answers with something else than JSON";
  return "does not answer";
}

const oneLine = (text: string): string => text.split(/\s+/).join(" ").slice(0, 200);
