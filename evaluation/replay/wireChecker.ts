import type { AttemptRecord } from "../evidence/evidenceRecord.ts";
import { completionsUrl, type Manifest } from "../manifest/manifest.ts";
import { readStream } from "../transport/completionStream.ts";
import { isSuccess } from "../transport/readCompletion.ts";
import { redirectStep } from "../transport/redirect.ts";
import { attemptNonce, signatureChecker, splitSignedStream } from "../transport/responseSignature.ts";
import { ReplayMismatch } from "./replayMismatch.ts";

/** Holds what the connection gave beside status and body against the manifest: redirects, times of tokens, nonce and signature. */
export class WireChecker {
  readonly #manifest: Manifest;
  readonly #seed: string;
  readonly #holds: ReturnType<typeof signatureChecker> | null;

  constructor(manifest: Manifest, seed: string) {
    this.#manifest = manifest;
    this.#seed = seed;
    this.#holds = manifest.responseKey === undefined ? null : signatureChecker(manifest.responseKey);
  }

  /**
   * @returns whether the signature holds; null when the manifest declares no key
   * @throws ReplayMismatch naming the field
   */
  check(record: AttemptRecord, body: Buffer, where: string): boolean | null {
    this.#checkRedirects(record, where);
    this.#checkTokenTimes(record, body, where);
    return this.#checkSignature(record, body, where);
  }

  /** All were followed but the last one of a reply that is a redirect itself. */
  #checkRedirects({ redirects, status, detail, failure }: AttemptRecord, where: string): void {
    const isRefused = status !== null && status >= 300 && status < 400;
    if (isRefused && redirects.at(-1)?.status !== status) differ(where, "redirects", "lacks the refused one");
    let url = completionsUrl(this.#manifest.endpoint);
    for (const [place, redirect] of redirects.entries()) {
      const step = redirectStep(url, redirect, place);
      const mustRefuse = isRefused && place === redirects.length - 1;
      if (mustRefuse !== (step.refusal !== null)) {
        differ(where, "redirects", `number ${place + 1} ${mustRefuse ? "had to be followed" : "had to be refused"}`);
      }
      if (failure === "redirect" && step.refusal !== null && detail !== step.refusal)
        differ(where, "detail", `expected ${step.refusal}`);
      url = step.url ?? url;
    }
  }

  /** The count follows from the body; times can only be held against each other. */
  #checkTokenTimes({ tokenTimes, status, firstByte, end }: AttemptRecord, body: Buffer, where: string): void {
    const tokens = this.#manifest.streaming && isSuccess(status) ? readStream(body).tokens : 0;
    if ((tokenTimes?.tokens ?? 0) !== tokens) differ(where, "tokenTimes", `the body holds ${tokens} tokens`);
    if (tokenTimes === null) return;
    const { firstToken, gapP50, gapP95, gapMax } = tokenTimes;
    if (firstToken < (firstByte ?? 0) || firstToken + gapMax > end) differ(where, "tokenTimes", "is outside the reply");
    if (gapP50 > gapP95 || gapP95 > gapMax) differ(where, "tokenTimes", "has quantiles that fall");
    if (tokens === 1 && gapMax > 0) differ(where, "tokenTimes", "has a gap, and a single token");
  }

  #checkSignature(record: AttemptRecord, body: Buffer, where: string): boolean | null {
    const { item, probe, attempt, request, nonce, signature } = record;
    if (this.#holds === null) {
      if (nonce !== null) differ(where, "nonce", "the manifest declares no responseKey");
      if (signature !== null) differ(where, "signature", "the manifest declares no responseKey");
      return null;
    }
    const expected = attemptNonce(this.#seed, { item, probe, attempt });
    if (nonce !== expected) differ(where, "nonce", `expected ${expected}`);
    if (!this.#manifest.streaming) return this.#holds({ nonce, request, content: body, signature });
    const signed = splitSignedStream(body);
    if (signed.signature !== signature) differ(where, "signature", "is not the one in the body");
    return this.#holds({ nonce, request, ...signed });
  }
}

function differ(where: string, field: string, why: string): never {
  throw new ReplayMismatch(`${where}, field ${field}`, why);
}
