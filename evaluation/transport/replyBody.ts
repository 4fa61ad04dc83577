import type { Transform } from "node:stream";
import { CompletionStream } from "./completionStream.ts";
import { createDecoder } from "./contentDecoder.ts";
import { errorCode, type TransportFailure } from "./failure.ts";
import { TokenClock, type TokenTimes } from "./tokenClock.ts";

export interface ReplyBodyOptions {
  readonly maxBodyBytes: number;
  readonly streaming?: boolean | undefined;
  /** Microseconds since the run began. */
  readonly clock: () => number;
}

export interface ReplyBodyEvents {
  readonly onEnd: () => void;
  readonly onBreak: (failure: TransportFailure, detail: string | null) => void;
}

/** The body of one reply: at most `maxBodyBytes` on the wire and as many when its content coding is undone. */
export class ReplyBody {
  readonly #options: ReplyBodyOptions;
  readonly #events: ReplyBodyEvents;
  readonly #chunks: Buffer[] = [];
  #wire = 0;
  #size = 0;
  #decoder: Transform | null = null;
  #stream: CompletionStream | null = null;
  #clock: TokenClock | null = null;

  constructor(options: ReplyBodyOptions, events: ReplyBodyEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** @param isCompletion whether the status promises one, so that a stream has tokens to be timed */
  start(contentEncoding: string | string[] | undefined, isCompletion: boolean): void {
    if (this.#options.streaming && isCompletion) {
      this.#stream = new CompletionStream();
      this.#clock = new TokenClock();
    }
    if (contentEncoding === undefined) return;
    const decoder = createDecoder(contentEncoding);
    if (decoder === "unsupported") this.#events.onBreak("streamBroken", "ENCODING_UNSUPPORTED");
    else this.#listen(decoder);
  }

  /** @param isRedirect the body of an answer that leads elsewhere: it counts, and is not kept */
  push(chunk: Buffer, isRedirect: boolean): void {
    this.#wire += chunk.length;
    if (isRedirect || this.#decoder !== null) {
      if (this.#wire > this.#options.maxBodyBytes) this.#events.onBreak("streamBroken", "WIRE_LIMIT");
      else if (!isRedirect) this.#decoder?.write(chunk);
    } else {
      this.#keep(chunk);
    }
  }

  /** The last byte is there. What a decoder still holds comes before `onEnd`. */
  end(): void {
    if (this.#decoder === null) this.#events.onEnd();
    else this.#decoder.end();
  }

  destroy(): void {
    this.#decoder?.removeAllListeners("data");
    this.#decoder?.destroy();
  }

  bytes(): Buffer {
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks);
  }

  tokenTimes(): TokenTimes | null {
    return this.#clock?.times() ?? null;
  }

  #listen(decoder: Transform | null): void {
    this.#decoder = decoder;
    decoder?.on("data", (content: Buffer) => this.#keep(content));
    decoder?.on("end", this.#events.onEnd);
    decoder?.on("error", (error) => this.#events.onBreak("streamBroken", errorCode(error)));
  }

  #keep(content: Buffer): void {
    const room = this.#options.maxBodyBytes - this.#size;
    const kept = content.length > room ? content.subarray(0, room) : content;
    this.#chunks.push(kept);
    this.#size += kept.length;
    if (this.#stream !== null) {
      this.#stream.push(kept);
      this.#clock?.note(this.#stream.tokens, this.#options.clock());
    }
    if (content.length > room) this.#events.onBreak("truncated", null);
  }
}
