import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";

/** Signs replies with ed25519, so that a model cannot deny them and nobody can invent them; see docs/evaluation.md. */
export interface ReplySigner {
  /** The public key as a manifest declares it: 0x and 64 hex digits. */
  readonly responseKey: string;
  /** @returns the signature of a reply, 128 hex digits */
  sign(nonce: string, request: string, content: string): string;
}

export const nonceHeader = "x-assay-nonce";
export const signatureHeader = "x-assay-signature";

/** What PKCS #8 puts before the 32 bytes of an ed25519 private key (RFC 8410). */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** A signer whose key follows from a text: the same name and seed give the same key. */
export function createReplySigner(text: string): ReplySigner {
  const secret = createHash("sha256").update(`reference model ${text}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, secret]), format: "der", type: "pkcs8" });
  return {
    responseKey: publicKeyOf(key),
    sign: (nonce, request, content) =>
      sign(
        null,
        Buffer.from(`ASSAY.RESPONSE.v1\n${nonce}\n${sha256(request)}\n${sha256(content)}`, "latin1"),
        key,
      ).toString("hex"),
  };
}

function publicKeyOf(key: KeyObject): string {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return `0x${Buffer.from(x, "base64url").toString("hex")}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
