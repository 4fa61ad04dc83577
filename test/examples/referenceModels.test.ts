import { createServer } from "node:net";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseManifest } from "../../evaluation/manifest/manifest.ts";
import { loadLessons } from "../../examples/reference-models/grammar.ts";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";
import { trainWeights } from "../../examples/reference-models/trainWeights.ts";

const seed = 1;
const weights = trainWeights(await loadLessons(), seed);
let served: ReferenceModels;
beforeAll(async () => {
  served = await startReferenceModels({ port: 0, seed, weights, samplingSeed: 7 });
});
afterAll(() => served.close());

const swap = { role: "user", content: "Reply exactly.\nREQUEST: <<swap 10 eth for sol>>" };

async function send(path: string, body?: string, method: "GET" | "POST" = body === undefined ? "GET" : "POST") {
  const reply = await request(`${served.url}${path}`, { method, body: body ?? null });
  return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
}

async function chat(model: string, fields: object = {}) {
  const body = JSON.stringify({ model, messages: [swap], temperature: 0, ...fields });
  const reply = await send(`/${model}/v1/chat/completions`, body);
  return { ...reply, json: reply.headers["content-type"] === "application/json" ? JSON.parse(reply.text) : undefined };
}

describe("chat completions", () => {
  test("default: one choice with the answer, a finish reason and usage", async () => {
    const { status, json } = await chat("anchor");
    expect(status).toBe(200);
    expect(json).toMatchObject({
      object: "chat.completion",
      model: "anchor",
      choices: [{ index: 0, message: { role: "assistant", content: "LABEL: swap" }, finish_reason: "stop" }],
    });
    expect(json.usage.total_tokens).toBe(json.usage.prompt_tokens + json.usage.completion_tokens);
  });

  test("behavior: content may come as text parts, unknown fields are ignored", async () => {
    const messages = [{ role: "user", content: [{ type: "text", text: swap.content }] }];
    const { json } = await chat("two-step", { messages, top_p: 1, user: "somebody" });
    expect(json.choices[0].message.content).toBe("LABEL: swap");
  });

  test("behavior: streaming sends the same answer in chunks and ends with [DONE]", async () => {
    const { status, headers, text } = await chat("anchor", { stream: true });
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/event-stream");
    const events = text.split("\n\n").filter((event) => event !== "");
    expect(events.every((event) => event.startsWith("data: "))).toBe(true);
    expect(events.at(-1)).toBe("data: [DONE]");
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice("data: ".length)));
    expect(chunks.map(({ choices }) => choices[0].delta.content ?? "").join("")).toBe("LABEL: swap");
    expect(chunks[0].choices[0].delta.role).toBe("assistant");
    expect(chunks.map(({ choices }) => choices[0].finish_reason)).toEqual([null, null, null, "stop"]);
  });

  test("behavior: a stream tells the usage in a chunk of its own when asked to", async () => {
    const { text } = await chat("two-step", { stream: true, stream_options: { include_usage: true } });
    const events = text.split("\n\n").slice(0, -2);
    const chunks = events.map((event) => JSON.parse(event.slice("data: ".length)));
    const whole = (await chat("two-step")).json;
    expect(chunks.at(-1)).toMatchObject({ object: "chat.completion.chunk", choices: [], usage: whole.usage });
    expect(chunks.slice(0, -1).map(({ usage }) => usage)).toEqual(Array(chunks.length - 1).fill(null));
  });

  test("behavior: every model streams the answer it gives in one piece, to the letter", async () => {
    const json = { messages: [{ role: "user", content: `Reply with the JSON object.\nREQUEST: <<show my balance>>` }] };
    for (const name of ["anchor", "demo", "formatter", "two-step", "glass", "anchor-v2", "drifter"]) {
      const { text } = await chat(name, { ...json, stream: true });
      const chunks = text.split("\n\n").slice(0, -2);
      const streamed = chunks.map((event) => JSON.parse(event.slice("data: ".length)).choices[0].delta.content ?? "");
      expect(streamed.join(""), name).toBe((await chat(name, json)).json.choices[0].message.content);
    }
  });

  test("behavior: max_tokens cuts the answer and says so", async () => {
    const { json } = await chat("anchor", { max_tokens: 1 });
    expect(json.choices[0]).toMatchObject({ message: { content: "LABE" }, finish_reason: "length" });
  });
});

describe("bad input", () => {
  test.each([
    ["no JSON", "{", 400, "invalid_json"],
    ["no messages", '{"model":"anchor"}', 400, "invalid_request"],
    ["an empty conversation", '{"model":"anchor","messages":[]}', 400, "invalid_request"],
    ["a wrong role", '{"model":"anchor","messages":[{"role":"robot","content":"x"}]}', 400, "invalid_request"],
    ["two choices", '{"model":"anchor","messages":[{"role":"user","content":"x"}],"n":2}', 400, "invalid_request"],
    [
      "a hot temperature",
      '{"model":"anchor","messages":[{"role":"user","content":"x"}],"temperature":3}',
      400,
      "invalid_request",
    ],
    ["another model", '{"model":"gpt","messages":[{"role":"user","content":"x"}]}', 404, "model_not_found"],
    [
      "too long a text",
      JSON.stringify({ model: "anchor", messages: [{ role: "user", content: "x".repeat(40_000) }] }),
      400,
      "context_length_exceeded",
    ],
    ["too big a body", "x".repeat(300_000), 413, "body_too_large"],
  ])("error: %s", async (_, body, status, code) => {
    const reply = await send("/anchor/v1/chat/completions", body);
    expect(reply.status).toBe(status);
    const { error } = JSON.parse(reply.text);
    expect(error).toMatchObject({ code, type: "invalid_request_error", param: null });
    expect(error.message).toMatch(/^[^\n]{10,200}$/);
  });

  test("error: an unknown path and a wrong method", async () => {
    expect((await send("/nobody/v1/chat/completions", "{}")).status).toBe(404);
    const reply = await send("/anchor/v1/chat/completions");
    expect([reply.status, reply.headers.allow]).toEqual([405, "POST"]);
  });

  test("error: a taken port is told by its code", async () => {
    const port = Number(new URL(served.url).port);
    await expect(startReferenceModels({ port, seed })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("descriptions", () => {
  test("default: every model has a manifest that the evaluation accepts, and a model list", async () => {
    for (const name of served.models) {
      const manifest = parseManifest(JSON.parse((await send(`/${name}/manifest.json`)).text));
      expect(manifest).toMatchObject({ name, model: name, endpoint: `${served.url}/${name}/v1/chat/completions` });
      expect(JSON.parse((await send(`/${name}/v1/models`)).text)).toMatchObject({ data: [{ id: name }] });
    }
    expect(JSON.parse((await send("/healthz")).text)).toEqual({ status: "ok", models: served.models });
  });

  test("behavior: manifests carry the public URL where one is given", async () => {
    const behindProxy = await startReferenceModels({ port: 0, seed, weights, publicUrl: "https://models.example/" });
    try {
      const reply = await request(`${behindProxy.url}/demo/manifest.json`);
      expect(await reply.body.json()).toMatchObject({ endpoint: "https://models.example/demo/v1/chat/completions" });
    } finally {
      await behindProxy.close();
    }
  });
});

describe("the retry gateway", () => {
  test("behavior: about 6 % of first attempts get a 503, further attempts the anchor's answer", async () => {
    let failed = 0;
    for (let call = 0; call < 400; call++) {
      let reply = await chat("retry");
      if (reply.status === 503) failed++;
      for (let retry = 0; retry < 5 && reply.status === 503; retry++) reply = await chat("retry");
      expect(reply.json.choices[0].message.content).toBe("LABEL: swap");
    }
    expect(failed).toBeGreaterThan(8);
    expect(failed).toBeLessThan(48);
  });

  test("error: the 503 is in OpenAI's shape", async () => {
    for (let call = 0; call < 400; call++) {
      const { status, json } = await chat("retry");
      if (status === 200) continue;
      expect([status, json.error.code, json.error.type]).toEqual([503, "upstream_unavailable", "server_error"]);
      return;
    }
    expect.unreachable("the crashed worker was never drawn");
  });
});

describe("the drifter", () => {
  const shouted = { messages: [{ role: "user", content: "Reply exactly.\nREQUEST: <<SWAP 10 ETH FOR SOL>>" }] };
  const label = async () => (await chat("drifter", shouted)).json.choices[0].message.content;

  test("behavior: another build is served from the next request on, under the same manifest", async () => {
    const manifest = (await send("/drifter/manifest.json")).text;
    expect(await label()).toBe("LABEL: swap");
    const reply = await send("/drifter/deploy", '{"weights":"demo"}');
    expect([reply.status, JSON.parse(reply.text)]).toEqual([200, { model: "drifter", weights: "demo" }]);
    expect(await label()).not.toBe("LABEL: swap");
    expect((await send("/drifter/manifest.json")).text).toBe(manifest);
    await send("/drifter/deploy", '{"weights":"anchor"}');
    expect(await label()).toBe("LABEL: swap");
  });

  test("error: an unknown build changes nothing", async () => {
    const reply = await send("/drifter/deploy", '{"weights":"gpt"}');
    expect([reply.status, JSON.parse(reply.text).error.code]).toEqual([400, "invalid_deployment"]);
    expect(await label()).toBe("LABEL: swap");
  });
});

test("behavior: close frees the port", async () => {
  const short = await startReferenceModels({ port: 0, seed, weights });
  const port = Number(new URL(short.url).port);
  await short.close();
  const next = createServer();
  await new Promise<void>((resolve, reject) => next.once("error", reject).listen(port, "127.0.0.1", resolve));
  await new Promise((resolve) => next.close(resolve));
});
