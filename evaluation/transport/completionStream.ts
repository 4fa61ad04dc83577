import { EventStream } from "./eventStream.ts";
import type { FailureClass } from "./failure.ts";
import { firstChoice, member } from "./member.ts";

/** What the pieces of a streamed completion come to: the text, or the class of the failure. */
export type StreamedText =
  | { readonly text: string; readonly failure: null }
  | { readonly text: null; readonly failure: FailureClass };

/**
 * Reads a streamed chat completion, piece by piece or all at once: the result follows from the bytes, not from how they were cut.
 * Complete is a stream with a `finish_reason` and the event `[DONE]`.
 */
export class CompletionStream {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #events = new EventStream();
  readonly #parts: string[] = [];
  #tokens = 0;
  #failure: FailureClass | null = null;
  #hasChoice = false;
  #hasText = false;
  #finish: string | null = null;
  #done = false;

  /** Deltas that held text so far. */
  get tokens(): number {
    return this.#tokens;
  }

  push(bytes: Uint8Array): void {
    if (this.#failure !== null) return;
    const text = this.#decode(bytes);
    if (text === null) this.#failure = "badJson";
    else for (const data of this.#events.push(text)) this.#takeEvent(data);
  }

  end(): StreamedText {
    const failure = this.#failure ?? this.#whatIsMissing();
    return failure === null ? { text: this.#parts.join(""), failure } : { text: null, failure };
  }

  #decode(bytes: Uint8Array): string | null {
    try {
      return this.#decoder.decode(bytes, { stream: true });
    } catch {
      return null;
    }
  }

  #takeEvent(data: string): void {
    if (this.#done || this.#failure !== null) return;
    if (data === "[DONE]") {
      this.#done = true;
      return;
    }
    const chunk = parse(data);
    if (chunk === undefined) this.#failure = "badJson";
    else if (member(chunk, "error") !== undefined) this.#failure = "streamBroken";
    else this.#takeChoice(firstChoice(chunk));
  }

  /** A chunk without a choice tells of usage, or keeps the connection alive. */
  #takeChoice(choice: unknown): void {
    if (choice === undefined) return;
    this.#hasChoice = true;
    const content = member(member(choice, "delta"), "content");
    if (typeof content === "string") {
      this.#hasText = true;
      this.#parts.push(content);
      if (content !== "") this.#tokens += 1;
    }
    const finish = member(choice, "finish_reason");
    if (typeof finish === "string") this.#finish = finish;
  }

  #whatIsMissing(): FailureClass | null {
    if (this.#done && !this.#hasChoice) return "noChoice";
    if (!this.#done || this.#finish === null) return "streamBroken";
    if (this.#finish === "length") return "truncated";
    return this.#hasText ? null : "noChoice";
  }
}

/** Reads a whole body. */
export function readStream(body: Uint8Array): { readonly completion: StreamedText; readonly tokens: number } {
  const stream = new CompletionStream();
  stream.push(body);
  return { completion: stream.end(), tokens: stream.tokens };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
