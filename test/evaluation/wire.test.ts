import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type EvaluateOptions, evaluate } from "../../evaluation/evaluate.ts";
import type { Evaluation } from "../../evaluation/evaluation.ts";
import { canonicalJson } from "../../evaluation/evidence/canonicalJson.ts";
import { sha256 } from "../../evaluation/evidence/sha256.ts";
import type { Manifest } from "../../evaluation/manifest/manifest.ts";
import { replay } from "../../evaluation/replay/replay.ts";
import { signedBytes } from "../../evaluation/transport/responseSignature.ts";
import { type Answer, type ModelServer, oracleOf, startModelServer } from "./modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "./testSuite.ts";
import { completion, eventsOf } from "./transport/tcpServer.ts";

const suite = await quickTempered();
const oracle = oracleOf(planOf(suite, "quick"));
const servers: ModelServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function measure(
  answer: Answer,
  changes: Partial<Manifest>,
  options: Partial<EvaluateOptions> = {},
): Promise<Evaluation> {
  const server = await startModelServer(answer);
  servers.push(server);
  const evaluation = await evaluate({
    manifest: manifestOf(server.url, changes),
    suite,
    profile: "quick",
    seed,
    context: {},
    allowPrivateHosts: ["127.0.0.1"],
    outDir: await mkdtemp(join(tmpdir(), "assay-")),
    ...options,
  });
  expect(await replay(evaluation.path)).toEqual({ ok: true, evaluation });
  return evaluation;
}

type Line = Record<string, unknown>;

async function recordsOf({ path }: Evaluation): Promise<Line[]> {
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line).record);
}

/** Replays with fields of the first attempt that fits changed, under a hash that fits. */
async function forge(evaluation: Evaluation, pick: (record: Line) => boolean, fields: Line) {
  const records = await recordsOf(evaluation);
  const at = records.findIndex((record) => record.kind === "attempt" && pick(record));
  const lines = records.map((record, index) => {
    const text = canonicalJson(index === at ? { ...record, ...fields } : record);
    return `{"hash":"${sha256(text)}","record":${text}}\n`;
  });
  const file = join(await mkdtemp(join(tmpdir(), "assay-")), "forged.ndjson");
  await writeFile(file, lines.join(""));
  return replay(file);
}

/** The oracle's text, sent by `send`. */
function told(send: (text: string, response: ServerResponse, request: IncomingMessage, body: string) => void): Answer {
  return (chat, response, request) => {
    const body = servers.at(-1)?.requests[chat.count] ?? "";
    send(oracle(chat, response, request) ?? "", response, request, body);
    return null;
  };
}

const pieces = (text: string) => text.match(/.{1,4}/gsu) ?? [];

describe("reference page", () => {
  it("behavior: while it does not answer either, the model's failures are void and the run invalid", async () => {
    const page = await startModelServer((_, response) => {
      response.writeHead(page.requests.length === 1 ? 200 : 503).end();
      return null;
    });
    servers.push(page);
    const down: Answer = (_, response) => {
      response.writeHead(500).end();
      return null;
    };
    const evaluation = await measure(down, {}, { referenceUrl: `${page.url}/page` });
    expect(evaluation).toMatchObject({ voided: true, voidedBy: ["canary"] });
    const records = await recordsOf(evaluation);
    expect(records[0]).toMatchObject({ kind: "header", referenceUrl: `${page.url}/page` });
    const canaries = records.filter(({ kind }) => kind === "canary");
    expect(new Set(canaries.map(({ source, detail }) => `${source} ${detail}`))).toEqual(
      new Set(["reference status 503"]),
    );
  });
});

describe("streaming", () => {
  const streamed = told((text, response) => {
    response.setHeader("content-type", "text/event-stream");
    for (const event of eventsOf(pieces(text)).split(/(?<=\n\n)/)) response.write(event);
    response.end();
  });

  it("default: a model that streams is asked to, graded by its whole text and timed by token", async () => {
    const evaluation = await measure(streamed, { streaming: true });
    expect(evaluation.scores).toMatchObject({ R: 10_000, J: 10_000, C: 10_000, P: 10_000, T: 10_000 });
    const attempts = (await recordsOf(evaluation)).filter(({ kind }) => kind === "attempt");
    const { streaming } = evaluation.details;
    expect(streaming?.replies).toBe(attempts.length);
    expect(streaming?.firstTokenP50Micros).toBeLessThanOrEqual(streaming?.firstTokenP95Micros ?? 0);
    for (const { request, tokenTimes } of attempts) {
      expect(JSON.parse(String(request)).stream).toBe(true);
      expect(tokenTimes).toMatchObject({ tokens: expect.any(Number), firstToken: expect.any(Number) });
    }
  });

  it("error: a model that declares streaming and does not stream", async () => {
    const evaluation = await measure(oracle, { streaming: true });
    expect(evaluation.scores.R).toBe(0);
    expect(Object.keys(evaluation.details.firstTry.byClass)).toEqual(["streamBroken"]);
  });

  it.each<[string, Line | null]>([
    ["tokens", { tokens: 99, firstToken: 0, gapP50: 0, gapP95: 0, gapMax: 0 }],
    ["no times", null],
  ])("error: forged %s are named", async (_, tokenTimes) => {
    const evaluation = await measure(streamed, { streaming: true });
    expect(await forge(evaluation, () => true, { tokenTimes })).toMatchObject({
      ok: false,
      where: expect.stringContaining("field tokenTimes"),
    });
  });
});

describe("redirects", () => {
  const redirecting: Answer = (chat, response, request) => {
    if (request.url === "/v2/chat") return oracle(chat, response, request);
    response.writeHead(308, { location: "/v2/chat" }).end("moved");
    return null;
  };

  it("default: followed within the origin, with the same body, and recorded", async () => {
    const evaluation = await measure(redirecting, {});
    expect(evaluation.scores.R).toBe(10_000);
    const attempts = (await recordsOf(evaluation)).filter(({ kind }) => kind === "attempt");
    expect(
      attempts.every(({ redirects }) => canonicalJson(redirects) === '[{"location":"/v2/chat","status":308}]'),
    ).toBe(true);
  });

  it("error: refused ones are a failure of their own class, and replay", async () => {
    const elsewhere: Answer = (_, response) => {
      response.writeHead(307, { location: "http://10.0.0.1/" }).end();
      return null;
    };
    const { details } = await measure(elsewhere, {});
    expect(Object.keys(details.firstTry.byClass)).toEqual(["redirect"]);
    expect(Object.keys(details.firstTry.byDetail)).toEqual(["REDIRECT_HOST"]);
  });

  it("error: a redirect that nobody may follow, forged into the evidence", async () => {
    const evaluation = await measure(redirecting, {});
    for (const redirects of [
      [{ status: 308, location: "https://elsewhere.example/" }],
      [{ status: 302, location: "/" }],
    ]) {
      expect(await forge(evaluation, () => true, { redirects })).toMatchObject({
        ok: false,
        where: expect.stringContaining("field redirects"),
      });
    }
  });
});

describe("signed replies", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const x = publicKey.export({ format: "jwk" }).x ?? "";
  const responseKey = `0x${Buffer.from(x, "base64url").toString("hex")}`;
  const signatureOf = (request: string, content: string, nonce: unknown) =>
    sign(null, signedBytes({ nonce: String(nonce), request, content: Buffer.from(content) }), privateKey).toString(
      "hex",
    );

  const signed = told((text, response, { headers }, body) => {
    const content = completion(text);
    response.setHeader("x-assay-signature", signatureOf(body, content, headers["x-assay-nonce"])).end(content);
  });
  const signedStream = told((text, response, { headers }, body) => {
    const content = eventsOf(pieces(text));
    response.write(content);
    response.end(`: x-assay-signature ${signatureOf(body, content, headers["x-assay-nonce"])}\n\n`);
  });

  it.each([
    ["in one piece", signed, {}],
    ["streamed", signedStream, { streaming: true }],
  ])("default: a reply %s with the signature of the declared key counts", async (_, answer, changes) => {
    const evaluation = await measure(answer, { ...changes, responseKey });
    expect(evaluation.scores).toMatchObject({ R: 10_000, T: 10_000 });
    const attempts = (await recordsOf(evaluation)).filter(({ kind }) => kind === "attempt");
    expect(new Set(attempts.map(({ nonce }) => nonce)).size).toBe(attempts.length);
    const changedBody = { body: Buffer.from(completion("LABEL: none")).toString("base64") };
    expect(await forge(evaluation, ({ family }) => family === "R", changedBody)).toMatchObject({ ok: false });
    expect(await forge(evaluation, () => true, { nonce: "00".repeat(32) })).toMatchObject({
      ok: false,
      where: expect.stringContaining("field nonce"),
    });
    expect(await forge(evaluation, () => true, { signature: "00".repeat(64) })).toMatchObject({ ok: false });
  });

  it.each<[string, Answer]>([
    ["unsigned", oracle],
    [
      "signed for another request",
      told((text, response, { headers }) => {
        const content = completion(text);
        response.setHeader("x-assay-signature", signatureOf("{}", content, headers["x-assay-nonce"])).end(content);
      }),
    ],
    [
      "signed before it was asked for",
      told((text, response, _, body) => {
        const content = completion(text);
        response.setHeader("x-assay-signature", signatureOf(body, content, "00".repeat(32))).end(content);
      }),
    ],
  ])("error: a reply that is %s is a failure of its own class", async (_, answer) => {
    const { details, scores } = await measure(answer, { responseKey });
    expect(Object.keys(details.firstTry.byClass)).toEqual(["badSignature"]);
    expect(scores.T).toBe(0);
  });

  it("behavior: a model that declares no key is shown no nonce", async () => {
    const nonces = new Set<unknown>();
    await measure((chat, response, request) => {
      nonces.add(request.headers["x-assay-nonce"]);
      return oracle(chat, response, request);
    }, {});
    expect([...nonces]).toEqual([undefined]);
  });
});
