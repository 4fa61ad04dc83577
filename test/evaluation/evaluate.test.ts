import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { unpackResult } from "../../domain/result.ts";
import { type EvaluateOptions, evaluate, TaskMismatchError } from "../../evaluation/evaluate.ts";
import type { Evaluation, Share } from "../../evaluation/evaluation.ts";
import { canonicalJson } from "../../evaluation/evidence/canonicalJson.ts";
import { replay } from "../../evaluation/replay/replay.ts";
import type { Suite } from "../../evaluation/suite/suite.ts";
import { type Answer, type Chat, type ModelServer, oracleOf, raw, startModelServer } from "./modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "./testSuite.ts";

const suite = await quickTempered();
const plan = planOf(suite, "lite");
const oracle = oracleOf(plan);
const servers: ModelServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

interface Measured {
  readonly evaluation: Evaluation;
  readonly server: ModelServer;
  readonly outDir: string;
}

async function measure(answer: Answer, changes: Partial<EvaluateOptions> = {}): Promise<Measured> {
  const server = await startModelServer(answer);
  servers.push(server);
  const outDir = await mkdtemp(join(tmpdir(), "assay-"));
  const evaluation = await evaluate({
    manifest: manifestOf(server.url),
    suite,
    profile: "lite",
    seed,
    context: { round: "7" },
    allowPrivateHosts: ["127.0.0.1"],
    outDir,
    ...changes,
  });
  return { evaluation, server, outDir };
}

/** Whatever a run wrote must be what a replay derives. */
async function expectReplays({ evaluation, outDir }: Measured): Promise<void> {
  expect(await replay(outDir)).toEqual({ ok: true, evaluation });
}

/** The oracle, but every n-th request of the run gets what `other` makes of it. */
function everyNth(n: number, other: Answer): Answer {
  return (chat, response, request) => (chat.count % n === n - 1 ? other : oracle)(chat, response, request);
}

/** Every n-th request gets the other answer, but never one that comes again after it did: a retry succeeds, as behind a gateway. */
function everyNthFirstTry(n: number, other: Answer): Answer {
  const refused = new Set<string>();
  return (chat, response, request) => {
    const question = JSON.stringify(chat.messages);
    if (refused.delete(question) || chat.count % n !== n - 1) return oracle(chat, response, request);
    refused.add(question);
    return other(chat, response, request);
  };
}

const status =
  (code: number): Answer =>
  (_, response) => {
    response.writeHead(code).end("{}");
    return null;
  };

describe("evaluate", () => {
  it("default: a model that is always right", async () => {
    const measured = await measure(oracle);
    const { evaluation, server, outDir } = measured;
    expect(evaluation.scores).toEqual({ R: 10_000, J: 10_000, C: 10_000, P: 10_000, E: 10_000, L: 10_000, T: 10_000 });
    expect(unpackResult(evaluation.word)).toEqual({
      scores: [10_000n, 10_000n, 10_000n, 10_000n, 10_000n, 10_000n, 10_000n],
      items: BigInt(plan.items.length),
      attempts: BigInt(server.requests.length),
      retries: 0n,
      hardFailures: 0n,
      flags: 0b1111111n,
    });
    expect(await readdir(outDir)).toEqual([`${evaluation.evidenceHash}.ndjson`, "report.json"]);
    expect(evaluation.voided).toBe(false);
    await expectReplays(measured);
  });

  it("behavior: every line is canonical JSON, and the first tells all that the plan follows from", async () => {
    const { evaluation } = await measure(oracle);
    const lines = (await readFile(evaluation.path, "utf8")).trimEnd().split("\n");
    for (const line of lines) expect(canonicalJson(JSON.parse(line))).toBe(line);
    expect(JSON.parse(lines[0] ?? "").record).toMatchObject({
      kind: "header",
      seed,
      profile: "lite",
      context: { round: "7" },
    });
  });

  it("behavior: the posted scores are the root's lanes", async () => {
    const { evaluation } = await measure(everyNth(7, () => "LABEL: none"));
    for (const { score, numerator, denominator } of Object.values(evaluation.families)) {
      expect(score).toBe(denominator === 0 ? 0 : Math.floor(numerator / denominator));
    }
    expect(evaluation.scores.R).toBeLessThan(10_000);
    expect(evaluation.details.repeat.agreement).toBeLessThan(10_000);
  });

  it("behavior: a gateway that would hide its failures behind retries is found out", async () => {
    const measured = await measure(everyNthFirstTry(10, status(503)));
    const { families, details, word } = measured.evaluation;
    const { primaries, retries, hardFailures, transient, byClass } = details.firstTry;
    expect(families.T.score).toBe(Math.floor((10_000 * (primaries - hardFailures)) / (primaries + retries)));
    expect(families.T.score).toBeLessThan(9_300);
    expect(transient).toBeGreaterThan(0);
    expect(transient).toBeLessThanOrEqual(retries);
    expect(byClass).toEqual({ http5xx: retries });
    expect(unpackResult(word)).toMatchObject({ retries: BigInt(retries), hardFailures: 0n });
    expect(families.R.score).toBeLessThan(9_000);
    await expectReplays(measured);
  });

  it("behavior: decorations are counted by kind and cost three quarters of the grade", async () => {
    const fenced: Answer = (chat, response, request) => {
      const text = oracle(chat, response, request) ?? "";
      return text.startsWith("{") ? `\`\`\`json\n${text}\n\`\`\`` : text;
    };
    const { evaluation } = await measure(fenced);
    const { format } = evaluation.details;
    expect(format.byContract.json).toEqual({ right: 0, of: 5 });
    expect(format.extracted).toEqual({ right: 5, of: 20 });
    expect(format.inventions.fences).toBe(5);
    expect(evaluation.scores.J).toBe((15 * 10_000 + 5 * 2_500) / 20);
  });

  it("behavior: the model's own replies stay in the conversation", async () => {
    const lossy: Answer = (chat, response, request) =>
      chat.messages.length > 5 ? "ANSWER: 99" : oracle(chat, response, request);
    const { evaluation } = await measure(lossy);
    const share = ({ right, of }: Share) => right / of;
    const { conversations, controls, cliff } = evaluation.details.carryOver;
    expect(conversations.map(share)).toEqual([1, 1, 0, 0, 0, 0]);
    expect([controls.map(share), cliff]).toEqual([[1, 1, 1, 1, 1, 1], 3]);
    const weights = [1, 2, 3, 4, 5, 6];
    expect(evaluation.scores.C).toBe(Math.floor((10_000 * 3) / weights.reduce((sum, weight) => sum + weight)));
  });

  it("behavior: a control that is wrong is reported and costs nothing; one that fails counts in T", async () => {
    const isControl = ({ messages }: Chat) => messages[0]?.content.startsWith("Do all of this in order.") === true;
    const confused = await measure((chat, ...rest) => (isControl(chat) ? "ANSWER: 99" : oracle(chat, ...rest)));
    const { details, scores } = confused.evaluation;
    expect(details.carryOver.controls.map(({ right, of }) => [right, of])).toEqual(Array(6).fill([0, 3]));
    expect([scores.C, scores.T, details.carryOver.cliff]).toEqual([10_000, 10_000, null]);
    const failing = await measure((chat, ...rest) =>
      isControl(chat) ? status(500)(chat, ...rest) : oracle(chat, ...rest),
    );
    const { firstTry } = failing.evaluation.details;
    expect([failing.evaluation.scores.C, firstTry.hardFailures]).toEqual([10_000, 18]);
    await expectReplays(failing);
  });

  it("behavior: an endpoint that is dead ends soon, with everything unasked counted as failed", async () => {
    const measured = await measure(status(500));
    const { details, stats, scores, items } = measured.evaluation;
    expect(scores).toEqual({ R: 0, J: 0, C: 0, P: 0, E: 0, L: 0, T: 0 });
    expect(items).toBe(plan.items.length);
    expect(stats.unsent).toBeGreaterThan(0);
    expect(stats.attempts).toBeLessThan(3 * (suite.transport.abandonAfter + 16));
    expect(details.firstTry.hardFailures).toBe(details.firstTry.primaries);
    await expectReplays(measured);
  });

  it.each<[string, Answer]>([
    ["lone surrogates", raw((response) => response.end('{"choices":[{"message":{"content":"\\udfff\\u0000"}}]}'))],
    ["invalid UTF-8", raw((response) => response.end(Buffer.from([0x7b, 0xff])))],
    ["too much", raw((response) => response.end("x".repeat(9_000)))],
    ["half a reply", raw((response) => response.write("{", () => response.destroy()))],
  ])("behavior: a model that sometimes sends %s leaves evidence that replays", async (_, other) => {
    const measured = await measure(everyNth(5, other));
    expect(measured.evaluation.scores.R).toBeLessThan(10_000);
    await expectReplays(measured);
  });

  it("behavior: nothing is sent faster than the declared rate", async () => {
    const server = await startModelServer(oracle);
    servers.push(server);
    const { evaluation } = await measure(oracle, {
      manifest: manifestOf(server.url, { declaredRate: 300 }),
      profile: "quick",
    });
    expect(evaluation.stats.requestsPerSecond).toBeLessThanOrEqual(310);
  });

  it("behavior: the key goes to the endpoint and nowhere else", async () => {
    const apiKey = "secret-4711";
    const keys = new Set<string | undefined>();
    const { evaluation, outDir } = await measure(
      (chat, response, request) => {
        keys.add(request.headers.authorization);
        return oracle(chat, response, request);
      },
      { apiKey },
    );
    expect([...keys]).toEqual([`Bearer ${apiKey}`]);
    expect(await readFile(evaluation.path, "utf8")).not.toContain(apiKey);
    expect(await readFile(join(outDir, "report.json"), "utf8")).not.toContain(apiKey);
  });

  it("error: aborted, it stops at once and leaves what it has, to be resumed", async () => {
    const stop = new AbortController();
    const outDir = await mkdtemp(join(tmpdir(), "assay-"));
    const halting: Answer = ({ count }) => {
      if (count === 20) stop.abort(new Error("enough"));
      return count >= 20 ? null : "";
    };
    await expect(measure(halting, { outDir, signal: stop.signal })).rejects.toThrow("enough");
    expect(await readdir(outDir)).toEqual([expect.stringMatching(/^unfinished-[0-9a-f]{16}\.part$/)]);
  });

  it("error: a private address that nobody allowed, before anything is written", async () => {
    await expect(measure(oracle, { allowPrivateHosts: [] })).rejects.toMatchObject({ name: "EndpointError" });
  });

  it("error: a manifest whose task lacks a label of the suite", async () => {
    const manifest = manifestOf("http://127.0.0.1:9", { task: { labels: ["stake"] } });
    await expect(measure(oracle, { manifest })).rejects.toThrow(new TaskMismatchError("transfer", "test"));
  });
});

it("behavior: the suite in the evidence is the suite of the run", async () => {
  const other: Suite = { ...suite, name: "other" };
  const { evaluation } = await measure(oracleOf(planOf(other, "quick")), { suite: other, profile: "quick" });
  const header = JSON.parse((await readFile(evaluation.path, "utf8")).split("\n")[0] ?? "").record;
  expect(header.suite.name).toBe("other");
});
