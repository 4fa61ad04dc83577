import type { ChatModel } from "./chatModel.ts";
import type { Grammar } from "./grammar.ts";
import { carriesOver, drawRequest, formats, isRight, labelPrompt, perturbations } from "./probes.ts";
import { pick, type Random } from "./random.ts";

/** What a measurement draws. */
export interface Measurement {
  readonly grammar: Grammar;
  readonly random: Random;
  /** Items a family (conversations of each depth for C). */
  readonly items: number;
  /** Share of requests whose phrasing no model has trained on, 0..1. */
  readonly heldOutShare: number;
}

/** Scores of 0..10000 as the evaluation's families define them; shares of 0..1 where a model's character is shown. */
export interface FamilyScores {
  /** Clean requests in training style answered right: what a demonstration shows. */
  readonly demonstration: number;
  readonly repeat: number;
  readonly format: number;
  readonly carryOver: number;
  readonly perturbation: number;
  /** Share right at each depth 1..6. */
  readonly depthCurve: readonly number[];
}

/** Measures one model on freshly drawn items of each family. */
export async function measureFamilies(model: ChatModel, measurement: Measurement): Promise<FamilyScores> {
  const depthCurve = await measureDepths(model, measurement);
  const weighted = depthCurve.reduce((sum, share, index) => sum + share * (index + 1), 0);
  return {
    demonstration: await meanOf(measurement, () => measureDemonstration(model, measurement)),
    repeat: await meanOf(measurement, () => measureRepeat(model, measurement)),
    format: await meanOf(measurement, () => measureFormat(model, measurement)),
    carryOver: (10_000 * weighted) / 21,
    perturbation: await meanOf(measurement, () => measurePerturbation(model, measurement)),
    depthCurve,
  };
}

async function meanOf({ items }: Measurement, measureOne: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let item = 0; item < items; item++) sum += await measureOne();
  return sum / items;
}

async function measureDemonstration(model: ChatModel, { grammar, random }: Measurement): Promise<number> {
  const { text, label } = drawRequest(grammar, 0, random);
  return Number(await isRight(model, labelPrompt(text), `LABEL: ${label}`));
}

/** Five asks: 70 % for how many are right (steeply), 30 % for how many pairs of answers agree. */
async function measureRepeat(model: ChatModel, { grammar, random, heldOutShare }: Measurement): Promise<number> {
  const { text, label } = drawRequest(grammar, heldOutShare, random);
  const countOf = new Map<string, number>();
  for (let ask = 0; ask < 5; ask++) {
    const failure = (): string => `failed ${ask}`;
    const answer = await Promise.resolve()
      .then(() => model.answer({ messages: labelPrompt(text), temperature: 0 }))
      .catch(failure);
    countOf.set(answer, (countOf.get(answer) ?? 0) + 1);
  }
  const steep = [0, 0, 0, 1_000, 4_000, 10_000][countOf.get(`LABEL: ${label}`) ?? 0] ?? 0;
  const agreement = [...countOf.values()].reduce((pairs, count) => pairs + 500 * count * (count - 1), 0);
  return (7 * steep + 3 * agreement) / 10;
}

async function measureFormat(model: ChatModel, { grammar, random, heldOutShare }: Measurement): Promise<number> {
  const example = drawRequest(grammar, heldOutShare, random);
  const { ask, right } = pick(random, formats);
  return (await isRight(model, labelPrompt(example.text, ask), right(example))) ? 10_000 : 0;
}

async function measurePerturbation(model: ChatModel, { grammar, random, heldOutShare }: Measurement): Promise<number> {
  const { text, label } = drawRequest(grammar, heldOutShare, random);
  const texts = [text, ...Object.values(perturbations).map((perturb) => perturb(text, random))];
  let right = 0;
  for (const variant of texts) right += Number(await isRight(model, labelPrompt(variant), `LABEL: ${label}`));
  return (right === texts.length ? 5_000 : 0) + (5_000 * right) / texts.length;
}

async function measureDepths(model: ChatModel, { random, items }: Measurement): Promise<number[]> {
  const curve: number[] = [];
  for (let depth = 1; depth <= 6; depth++) {
    let right = 0;
    for (let item = 0; item < items; item++) right += Number(await carriesOver(model, depth, random));
    curve.push(right / items);
  }
  return curve;
}
