import type { Hex } from "viem";
import { perFamily } from "../../../domain/families.ts";
import type { Result } from "../../../domain/result.ts";
import { broken, retried, shaky } from "../cast.ts";
import { openNextRound, type Part, postRound } from "../playRound.ts";
import { accounts, digestOf, goodResult } from "../Stage.ts";
import { type Act, type History, type Often, stakers } from "./History.ts";

const maxModels = 7;
const noParent: Hex = `0x${"00".repeat(32)}`;

/** Names that people give, and some that only programs would. */
const oddNames = [
  "",
  "tab\tline\nreturn\rslash\\",
  "\\N",
  "nul\u0000byte",
  "quotes ' \" ` $1 %_",
  "\u{1f600}".repeat(16),
  "x".repeat(64),
];

const register: Act = async (history) => {
  const { stage, random, versions } = history;
  const label = `model ${versions.size + 1}`;
  const name = random.chance(2) ? random.pick(oddNames) : label;
  const by = random.pick(stakers);
  const uri = random.chance(3) ? random.pick(oddNames) : "http://models.test/manifest.json";
  const parent = versions.size > 0 && random.chance(2) ? random.pick(history.versionIds()) : noParent;
  await stage.done(stage.assay(by).register([name, digestOf(label), uri, parent]));
  versions.set(await stage.record.read.modelCount(), [label]);
};

const registerMore: Act = async (history) => {
  if (history.versions.size < maxModels) await register(history);
};

const addVersion: Act = async (history) => {
  const { stage, versions } = history;
  const modelId = history.anyModel();
  const names = versions.get(modelId) ?? [];
  const label = `model ${modelId}, version ${names.length + 1}`;
  const by = await history.ownerOf(modelId);
  await stage.done(stage.assay(by).addVersion([modelId, digestOf(label), "http://models.test/next.json", noParent]));
  names.push(label);
};

/** A model goes to the lane where it counts more often than it leaves. */
const setLane: Act = async (history) => {
  const { stage, random } = history;
  const modelId = history.anyModel();
  await stage.done(stage.assay(await history.ownerOf(modelId)).setLane([modelId, random.chance(6) ? 0 : 1]));
};

/** The last that came, so that others stay. */
const retire: Act = async (history) => {
  const { stage, random } = history;
  const modelId = BigInt(history.versions.size);
  if (modelId < 5n) return;
  const servedUntil = (await history.now()) + random.between(1n, 900n);
  const evaluatedUntil = servedUntil + random.between(0n, 900n);
  const liableUntil = evaluatedUntil + random.between(400n, 9_000n);
  const recordUntil = liableUntil + random.between(0n, 2n ** 40n);
  const ends = { servedUntil, evaluatedUntil, liableUntil, recordUntil };
  await stage.done(stage.assay(await history.ownerOf(modelId)).retire([modelId, ends]));
};

const transferModel: Act = async (history) => {
  const { stage, random } = history;
  const modelId = history.anyModel();
  const by = await history.ownerOf(modelId);
  const [from, to] = [stage.addressOf(by), stage.addressOf(random.pick(stakers))];
  await stage.done(stage.assay(by).transferFrom([from, to, modelId]));
};

// ---------------------------------------------------------------- rounds
/** Two of three models are good and fail rarely; the others are as it comes. */
function measured({ random }: History, modelId: bigint): Result {
  if (modelId % 3n !== 0n && !random.chance(12)) return random.chance(8) ? retried : goodResult;
  const score = () => random.between(8_000n, 10_000n);
  const attempts = random.between(1n, 2_000n);
  const odd: Result = {
    ...goodResult,
    scores: perFamily(score),
    items: random.between(1n, 65_535n),
    attempts,
    retries: random.between(0n, attempts),
    hardFailures: random.between(0n, attempts),
  };
  return random.pick([goodResult, goodResult, retried, shaky, broken, broken, odd]);
}

/** Most models, with their current version or an older one; now and then the committee posts what its reports do not show. */
function partsOf(history: History): Part[] {
  const { random, versions } = history;
  return [...versions].flatMap(([modelId, names]): Part[] => {
    if (random.chance(5)) return [];
    const name = random.chance(6) ? random.pick(names) : (names.at(-1) ?? "");
    const result = measured(history, modelId);
    return [{ modelId, name, result, reported: random.chance(12) ? measured(history, modelId) : result }];
  });
}

const round: Act = async (history) => {
  const { stage } = history;
  const roundId = await openNextRound(stage);
  history.posted.set(roundId, await postRound(stage, roundId, partsOf(history)));
};

/** A round that is opened, but not drawn at once, or never. */
const openOnly: Act = async ({ stage }) => {
  await stage.done(stage.assay(accounts.other).openRound());
};

const captureLate: Act = async (history) => {
  const { stage } = history;
  const roundId = await stage.record.read.currentRoundId();
  await stage.mine(3);
  await stage.done(stage.assay(accounts.other).captureEntropy([roundId]));
  history.posted.set(roundId, await postRound(stage, roundId, partsOf(history)));
};

/** Fees of rounds that are closed. */
const claimFee: Act = async ({ stage, random, posted }) => {
  const rounds = [...posted.keys()];
  if (rounds.length === 0) return;
  const [roundId, place] = [random.pick(rounds), random.uniform(0n, 3n)];
  if (!((BigInt((await stage.record.read.round([roundId])).participated) >> place) & 1n)) return;
  await stage.done(stage.vault(random.pick(stakers)).claimFee([roundId, place]));
};

/** Models that a history begins with, in the lane and with the bond that admission asks for. */
export const beginRecord: Act = async (history) => {
  const { stage } = history;
  for (let model = 0; model < 4; model += 1) await register(history);
  for (const modelId of history.versions.keys()) {
    const by = await history.ownerOf(modelId);
    await stage.done(stage.vault(by).bond([modelId, 5_000n * 10n ** 18n]));
    await stage.done(stage.assay(by).setLane([modelId, 1]));
  }
};

/** Whatever is done with models and rounds, by how often it is tried. */
export const recordActs: readonly Often[] = [
  [1, registerMore],
  [1, addVersion],
  [3, setLane],
  [1, retire],
  [1, transferModel],
  [10, round],
  [1, openOnly],
  [1, captureLate],
  [3, claimFee],
];
