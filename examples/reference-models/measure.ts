import { parseArgs } from "node:util";
import { z } from "zod";
import type { ChatModel } from "./chatModel.ts";
import { createModels } from "./createModels.ts";
import { type FamilyScores, measureFamilies } from "./familyScores.ts";
import { openGateway } from "./gateway.ts";
import { loadGrammar } from "./grammar.ts";
import { seededRandom } from "./random.ts";
import { trainWeights } from "./trainWeights.ts";

const usage = "usage: node examples/reference-models/measure.ts [--seeds 3] [--items 200] [--held-out 0.25]";
const deepest = 6;

const argumentsSchema = z.object({
  seeds: z.coerce.number().int().min(1).max(100).default(3),
  items: z.coerce.number().int().min(1).max(10_000).default(200),
  "held-out": z.coerce.number().min(0).max(1).default(0.25),
});
type MeasureArguments = z.infer<typeof argumentsSchema>;

function readArguments(): MeasureArguments {
  const options = { seeds: { type: "string" }, items: { type: "string" }, "held-out": { type: "string" } } as const;
  try {
    return argumentsSchema.parse(parseArgs({ options }).values);
  } catch {
    process.stderr.write(`wrong arguments\n${usage}\n`);
    return process.exit(2);
  }
}

/** What a client sees that tries up to three times, as most do unasked. */
function withRetries(model: ChatModel): ChatModel {
  const answer: ChatModel["answer"] = async (prompt) => {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        return await model.answer(prompt);
      } catch {}
    }
    return await model.answer(prompt);
  };
  return { answer };
}

/** Trains with one seed and measures every model on the same draws. */
async function measureSeed(seed: number, { items, "held-out": heldOutShare }: MeasureArguments) {
  const random = seededRandom(seed);
  const local = createModels(trainWeights(seed), random);
  const gateway = await openGateway(local.anchor, random);
  const models = { ...local, retry: gateway };
  const rows: [string, FamilyScores][] = [];
  for (const [name, model] of Object.entries({ ...models, "retry, retried": withRetries(gateway) })) {
    const random = seededRandom(seed * 7_919);
    rows.push([name, await measureFamilies(model, { grammar: loadGrammar(), random, items, heldOutShare })]);
  }
  await gateway.close();
  return rows;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function formatRow(name: string, scores: readonly FamilyScores[]): string {
  const spread = (values: readonly number[]): string => {
    const range = `${Math.round(Math.min(...values))}..${Math.round(Math.max(...values))}`;
    return `${Math.round(mean(values))} (${range})`.padStart(20);
  };
  const curve = Array.from({ length: deepest }, (_, index) =>
    mean(scores.map(({ depthCurve }) => depthCurve[index] ?? 0)),
  );
  return [
    name.padEnd(15),
    mean(scores.map(({ demonstration }) => demonstration)).toFixed(3),
    spread(scores.map(({ repeat }) => repeat)),
    spread(scores.map(({ format }) => format)),
    spread(scores.map(({ carryOver }) => carryOver)),
    spread(scores.map(({ perturbation }) => perturbation)),
    `   ${curve.map((share) => share.toFixed(2)).join(" ")}`,
  ].join(" ");
}

const settings = readArguments();
const scoresOf = new Map<string, FamilyScores[]>();
for (let seed = 1; seed <= settings.seeds; seed++) {
  for (const [name, scores] of await measureSeed(seed, settings)) {
    scoresOf.set(name, [...(scoresOf.get(name) ?? []), scores]);
  }
}
const columns = ["repeat", "format", "carry-over", "perturbation"].map((title) => title.padStart(20)).join(" ");
const share = Math.round(settings["held-out"] * 100);
process.stdout.write(
  `${settings.seeds} seeds, ${settings.items} items a family, ${share} % held-out phrasings; mean (range)\n`,
);
process.stdout.write(`${"model".padEnd(15)}  demo ${columns}    depth 1..${deepest}\n`);
for (const [name, scores] of scoresOf) process.stdout.write(`${formatRow(name, scores)}\n`);
