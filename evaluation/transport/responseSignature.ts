import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { sha256 } from "../evidence/sha256.ts";

/** Header with the nonce of an attempt, sent when the manifest declares a response key. */
export const nonceHeader = "x-assay-nonce";
/** Header with the signature of a reply that is not streamed. */
export const signatureHeader = "x-assay-signature";
/** Begins the comment that ends a streamed reply and carries its signature: the hash of a stream is not known when its headers go. */
const signatureComment = ": x-assay-signature ";

/** What a reply is signed over, and the signature (128 hex digits), null when there is none. */
export interface SignedReply {
  /** 64 hex digits. */
  readonly nonce: string;
  /** The request body as it was sent. */
  readonly request: string;
  /** The reply's content, after any content coding was undone and without the comment that signs a stream. */
  readonly content: Uint8Array;
  readonly signature: string | null;
}

/** The nonce of an attempt: fresh for every one, unforeseeable without the seed, and the same for whoever replays the run. */
export function attemptNonce(seed: string, attempt: { item: number; probe: number; attempt: number }): string {
  return sha256(`ASSAY.NONCE.v1\n${seed}\n${attempt.item}\n${attempt.probe}\n${attempt.attempt}`);
}

/** The signed bytes: four lines of ASCII without a line feed at the end. */
export function signedBytes({ nonce, request, content }: Omit<SignedReply, "signature">): Buffer {
  return Buffer.from(`ASSAY.RESPONSE.v1\n${nonce}\n${sha256(request)}\n${sha256(content)}`, "latin1");
}

/** @returns the verdict on a reply (RFC 8032), by a key of 32 bytes as 0x and 64 hex digits */
export function signatureChecker(responseKey: string): (reply: SignedReply) => boolean {
  const key = publicKeyOf(responseKey);
  return (reply) =>
    reply.signature !== null && verify(null, signedBytes(reply), key, Buffer.from(reply.signature, "hex"));
}

/** A signature as a header carries it; anything else is none. */
export function readSignature(header: string | string[] | undefined): string | null {
  return typeof header === "string" && /^[0-9a-f]{128}$/.test(header) ? header : null;
}

/** Takes a streamed body apart into what is signed and the signature: the last comment, which has to stand at the very end. */
export function splitSignedStream(body: Buffer): { content: Buffer; signature: string | null } {
  const at = body.lastIndexOf(signatureComment);
  const tail = at < 0 ? "" : body.toString("latin1", at + signatureComment.length);
  const startsLine = at === 0 || body[at - 1] === 0x0a;
  const [, signature] = /^([0-9a-f]{128})\n\n?$/.exec(tail) ?? [];
  return startsLine && signature !== undefined
    ? { content: body.subarray(0, at), signature }
    : { content: body, signature: null };
}

function publicKeyOf(responseKey: string): KeyObject {
  const x = Buffer.from(responseKey.slice(2), "hex").toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}
