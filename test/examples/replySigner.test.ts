import { createHash, createPublicKey, verify } from "node:crypto";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createReplySigner } from "../../examples/reference-models/replySigner.ts";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";

let served: ReferenceModels;
beforeAll(async () => {
  served = await startReferenceModels({ port: 0, seed: 3 });
});
afterAll(() => served.close());

const nonce = "ab".repeat(32);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

async function ask(name: string, fields: object, headers: Record<string, string>) {
  const body = JSON.stringify({ model: name, messages: [{ role: "user", content: "show my balance" }], ...fields });
  const reply = await request(`${served.url}/${name}/v1/chat/completions`, { method: "POST", body, headers });
  return { body, signature: reply.headers["x-assay-signature"], text: await reply.body.text() };
}

function holds(signature: unknown, body: string, content: string): boolean {
  const x = Buffer.from(createReplySigner("anchor 3").responseKey.slice(2), "hex").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signed = `ASSAY.RESPONSE.v1\n${nonce}\n${sha256(body)}\n${sha256(content)}`;
  return verify(null, Buffer.from(signed), key, Buffer.from(String(signature), "hex"));
}

test("default: the anchor signs nonce, request and reply when a nonce is sent", async () => {
  const { body, signature, text } = await ask("anchor", {}, { "x-assay-nonce": nonce });
  expect(signature).toMatch(/^[0-9a-f]{128}$/);
  expect([holds(signature, body, text), holds(signature, body, `${text} `)]).toEqual([true, false]);
});

test("behavior: a stream ends with the signature of all before it", async () => {
  const { body, signature, text } = await ask("anchor", { stream: true }, { "x-assay-nonce": nonce });
  const [content = "", tail = ""] = text.split(": x-assay-signature ");
  expect([signature, content.endsWith("data: [DONE]\n\n")]).toEqual([undefined, true]);
  expect(holds(tail.trim(), body, content)).toBe(true);
});

test("behavior: without a nonce, and by the other models, nothing is signed", async () => {
  expect((await ask("anchor", {}, {})).signature).toBeUndefined();
  expect((await ask("demo", {}, { "x-assay-nonce": nonce })).signature).toBeUndefined();
});
