import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  attemptNonce,
  readSignature,
  signatureChecker,
  signedBytes,
  splitSignedStream,
} from "../../../evaluation/transport/responseSignature.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const keyOf = (key: KeyObject) =>
  `0x${Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url").toString("hex")}`;
const check = signatureChecker(keyOf(publicKey));
const reply = { nonce: "ab".repeat(32), request: '{"a":"\u00e9"}', content: Buffer.from([0, 255, 10]) };
const signature = sign(null, signedBytes(reply), privateKey).toString("hex");

describe("signatureChecker", () => {
  it("default: the signature of the declared key over nonce, request and content", () => {
    expect(check({ ...reply, signature })).toBe(true);
  });

  it("behavior: the signed bytes are the four lines of the specification", () => {
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    expect(signedBytes({ nonce: "00", request: "", content: Buffer.alloc(0) }).toString()).toBe(
      `ASSAY.RESPONSE.v1\n00\n${empty}\n${empty}`,
    );
  });

  it.each<[string, object]>([
    ["another nonce", { nonce: "ac".repeat(32) }],
    ["another request", { request: "{}" }],
    ["another content", { content: Buffer.from([0, 255]) }],
    ["no signature", { signature: null }],
    ["a changed signature", { signature: signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) }],
  ])("error: %s", (_, change) => {
    expect(check({ ...reply, signature, ...change })).toBe(false);
  });

  it("error: another key, and 32 bytes that are no key", () => {
    expect(signatureChecker(keyOf(generateKeyPairSync("ed25519").publicKey))({ ...reply, signature })).toBe(false);
    expect(signatureChecker(`0x${"ff".repeat(32)}`)({ ...reply, signature })).toBe(false);
  });
});

describe("readSignature", () => {
  it.each([undefined, "", "xyz", signature.toUpperCase(), `${signature}00`, [signature, signature]])(
    "error: %s is none",
    (header) => {
      expect(readSignature(header)).toBeNull();
    },
  );
});

describe("splitSignedStream", () => {
  const stream = "data: [DONE]\n\n";
  const comment = `: x-assay-signature ${signature}\n\n`;

  it.each([comment, comment.trimEnd().concat("\n")])(
    "default: the last comment is the signature of all before it",
    (end) => {
      expect(splitSignedStream(Buffer.from(stream + end))).toEqual({ content: Buffer.from(stream), signature });
    },
  );

  it.each([stream, stream + comment + stream, `data: x${comment}`, `${stream}: x-assay-signature 12\n\n`])(
    "error: none in %j",
    (body) => {
      expect(splitSignedStream(Buffer.from(body))).toEqual({ content: Buffer.from(body), signature: null });
    },
  );
});

it("behavior: every attempt has a nonce of its own, and the same on a replay", () => {
  const of = (item: number, probe: number, attempt: number) => attemptNonce("0x5e", { item, probe, attempt });
  const all = [of(0, 0, 0), of(0, 0, 1), of(0, 1, 0), of(1, 0, 0), of(11, 1, 1), of(1, 11, 1)];
  expect(new Set(all).size).toBe(all.length);
  expect(of(3, 2, 1)).toBe(of(3, 2, 1));
});
