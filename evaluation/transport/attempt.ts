import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import type { PinnedEndpoint } from "../manifest/resolveEndpoint.ts";
import type { Exchange } from "./exchange.ts";
import { classifyError, errorCode, type TransportFailure } from "./failure.ts";
import { isSuccess } from "./readCompletion.ts";
import { type Redirect, readLocation, redirectStep } from "./redirect.ts";
import { ReplyBody } from "./replyBody.ts";
import { readSignature, type SignedReply, signatureHeader, splitSignedStream } from "./responseSignature.ts";

export interface AttemptLimits {
  /** From sending to the last byte, redirects included. */
  readonly requestTimeoutMs: number;
  /** Of the body as it is sent, and of what any content coding makes of it. */
  readonly maxBodyBytes: number;
}

export interface AttemptOptions extends AttemptLimits {
  readonly endpoint: PinnedEndpoint;
  readonly streaming?: boolean | undefined;
  readonly secret?: string | undefined;
  /** Microseconds since the run began. */
  readonly clock: () => number;
}

export interface Call {
  readonly request: string;
  readonly nonce: string | null;
  readonly checkSignature: ((reply: SignedReply) => boolean) | null;
}

interface AttemptParts {
  readonly options: AttemptOptions;
  readonly call: Call;
  /** Sends the same request to another path of the origin. */
  readonly dispatch: (path: string) => void;
  readonly resolve: (exchange: Exchange) => void;
}

/** 1xx answers before the real one. */
const maxInterim = 8;

/** Collects one reply within its bounds, across the redirects it may follow; the first event that ends it wins. */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly #parts: AttemptParts;
  readonly #deadline: NodeJS.Timeout;
  readonly #body: ReplyBody;
  readonly #redirects: Redirect[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #url: URL;
  /** Where the answer that is being read leads; its body means nothing. */
  #next: URL | null = null;
  #done = false;
  #sent: number;
  #firstByte: number | null = null;
  #status: number | null = null;
  #signature: string | null = null;
  #detail: string | null = null;
  #interim = 0;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    const { endpoint, requestTimeoutMs } = parts.options;
    this.#url = endpoint.url;
    this.#sent = parts.options.clock();
    this.#body = new ReplyBody(parts.options, {
      onEnd: () => this.#finish(null, this.#detail),
      onBreak: (failure, detail) => this.#abort(failure, detail),
    });
    // Also bounds the wait for a connection, which has a timeout of its own.
    this.#deadline = setTimeout(() => this.#abort("timeout", null), requestTimeoutMs);
  }

  /** Sends the request. */
  start(): void {
    this.#parts.dispatch(this.#url.pathname + this.#url.search);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#controller === null) this.#sent = this.#parts.options.clock();
    this.#controller = controller;
    if (this.#done) controller.abort(new Error("attempt is over"));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) {
      if (++this.#interim > maxInterim) this.#abort("streamBroken", "INTERIM_FLOOD");
    } else if (status < 300 || status >= 400 || !this.#follow(status, headers)) {
      this.#start(status, headers);
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#done) this.#body.push(chunk, this.#next !== null);
  }

  onResponseEnd(): void {
    if (this.#done) return;
    const next = this.#next;
    if (next === null) {
      this.#body.end();
      return;
    }
    this.#url = next;
    this.#next = null;
    this.start();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const code = errorCode(error);
    this.#finish(classifyError(code, this.#controller !== null), code);
  }

  /** @returns whether the redirect is followed; a refused one is the reply itself */
  #follow(status: number, headers: IncomingHttpHeaders): boolean {
    const redirect = { status, location: this.#locationOf(headers) };
    const { url, refusal } = redirectStep(this.#url, redirect, this.#redirects.length);
    this.#redirects.push(redirect);
    this.#next = url;
    this.#detail = refusal;
    return url !== null;
  }

  #locationOf({ location }: IncomingHttpHeaders): string | null {
    const { secret } = this.#parts.options;
    const read = readLocation(location);
    return secret !== undefined && read?.includes(secret) ? null : read;
  }

  #start(status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#firstByte = this.#parts.options.clock();
    this.#signature = readSignature(headers[signatureHeader]);
    this.#body.start(headers["content-encoding"], isSuccess(status));
  }

  #abort(failure: TransportFailure, detail: string | null): void {
    if (this.#done) return;
    this.#finish(failure, detail);
    this.#controller?.abort(new Error(`attempt ended: ${failure}`));
  }

  #finish(failure: TransportFailure | null, detail: string | null): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#deadline);
    const { options, resolve } = this.#parts;
    const end = options.clock();
    this.#body.destroy();
    const observed = { status: this.#status, sent: this.#sent, firstByte: this.#firstByte, end };
    const redirects = this.#redirects;
    resolve({ ...observed, redirects, streaming: options.streaming ?? false, ...this.#replyOf(failure, detail) });
  }

  #replyOf(failure: TransportFailure | null, detail: string | null) {
    const { call, options } = this.#parts;
    const { nonce } = call;
    const body = this.#body.bytes();
    if (options.secret !== undefined && body.includes(options.secret)) return keyEchoed(nonce);
    const tokenTimes = this.#body.tokenTimes();
    const { content, signature } = options.streaming
      ? splitSignedStream(body)
      : { content: body, signature: this.#signature };
    if (call.checkSignature === null) {
      return { body, failure, detail, tokenTimes, nonce: null, signature: null, authentic: null };
    }
    const authentic = nonce !== null && call.checkSignature({ nonce, request: call.request, content, signature });
    return { body, failure, detail, tokenTimes, nonce, signature, authentic };
  }
}

/** The evidence is public: a reply that gives the key away is not kept. */
function keyEchoed(nonce: string | null) {
  const failure = "streamBroken" as const;
  const kept = { body: Buffer.alloc(0), failure, detail: "KEY_ECHOED" };
  return { ...kept, tokenTimes: null, nonce, signature: null, authentic: nonce === null ? null : false };
}
