import { accounts, token } from "../Stage.ts";
import { type Act, type History, type Often, stakers } from "./History.ts";

/** From a unit to more than most have. */
const amount = ({ random }: History) => random.between(1n, 20_000n * token);

const bond: Act = async (history) => {
  const { stage, random } = history;
  await stage.done(stage.vault(random.pick(stakers)).bond([history.anyModel(), amount(history)]));
};

const delegate: Act = async (history) => {
  const { stage, random } = history;
  await stage.done(stage.vault(random.pick(stakers)).delegate([history.anyModel(), amount(history)]));
};

/** Somebody with active shares of a model, and how many of them; or somebody without any. */
async function anyHolder(history: History) {
  const { random } = history;
  const held = await history.holders("shares");
  const { modelId, by, shares } =
    held.length > 0 ? random.pick(held) : { modelId: history.anyModel(), by: random.pick(stakers), shares: 1n };
  return { modelId, by, shares: random.chance(4) ? shares : random.between(1n, shares) };
}

const requestUnbond: Act = async (history) => {
  const { modelId, by, shares } = await anyHolder(history);
  await history.stage.done(history.stage.vault(by).requestUnbond([modelId, shares]));
};

const transferShares: Act = async (history) => {
  const { stage, random } = history;
  const { modelId, by, shares } = await anyHolder(history);
  const to = stage.addressOf(random.pick([...stakers, ...accounts.evaluators]));
  await stage.done(stage.vault(by).transfer([to, modelId, shares]));
};

/** Whoever asked first, in the second in which it may leave if that lies ahead. */
const withdraw: Act = async (history) => {
  const { stage, random } = history;
  const leaving = await history.holders("unbondingShares");
  const [first] = leaving.toSorted((a, b) => Number(a.unlocksAt - b.unlocksAt));
  if (!first) return;
  if (first.unlocksAt > (await history.now())) await stage.advanceTo(first.unlocksAt);
  await stage.done(stage.vault(first.by).withdraw([first.modelId, stage.addressOf(random.pick(stakers))]));
};

const requestBondUnbond: Act = async (history) => {
  const { stage, random } = history;
  const modelId = history.anyModel();
  const [active] = await stage.money.read.backingOf([modelId]);
  const by = await history.ownerOf(modelId);
  await stage.done(
    stage.vault(by).requestBondUnbond([modelId, random.chance(3) ? active : random.between(0n, active / 10n)]),
  );
};

const withdrawBond: Act = async (history) => {
  const { stage, random } = history;
  const modelId = history.anyModel();
  const to = stage.addressOf(random.pick(stakers));
  const { unbondingBond, bondUnlocksAt } = await stage.money.read.stakeOf([modelId]);
  if (unbondingBond > 0n && bondUnlocksAt > (await history.now())) await stage.advanceTo(BigInt(bondUnlocksAt));
  await stage.done(stage.vault(await history.ownerOf(modelId)).withdrawBond([modelId, to]));
};

const pay: Act = async (history) => {
  const { stage, random } = history;
  await stage.done(stage.vault(random.pick(stakers)).pay([history.anyModel(), random.between(1n, 3_000n * token)]));
};

const settleFees: Act = async (history) => {
  const { stage, random } = history;
  await stage.done(stage.vault(random.pick(stakers)).settleFees([history.anyModel()]));
};

const prepay: Act = async (history) => {
  const { stage, random } = history;
  await stage.done(stage.vault(random.pick(stakers)).prepay([history.anyModel(), random.between(1n, 30n)]));
};

const fundCommons: Act = async (history) => {
  const { stage, random } = history;
  await stage.done(stage.vault(random.pick(stakers)).fundCommons([random.between(1n, 40n * token)]));
};

/** Enough for any of them: an estimate would not know what comes before it in the block. */
const gas = 500_000n;

/** Several people, one model, one second. */
const oneBlock: Act = async (history) => {
  const { stage, random } = history;
  const modelId = history.anyModel();
  const { by, shares } = await anyHolder(history);
  await stage.inOneBlock([
    () => stage.vault(accounts.other).pay([modelId, amount(history)], { gas }),
    () => stage.vault(accounts.second).delegate([modelId, amount(history)], { gas }),
    () => stage.vault(by).requestUnbond([modelId, shares], { gas }),
    () => stage.vault(accounts.owner).bond([modelId, amount(history)], { gas }),
    () => stage.vault(random.pick(stakers)).settleFees([modelId], { gas }),
    () => stage.vault(by).requestUnbond([modelId, shares], { gas }),
  ]);
};

/** Whatever is done with stake, by how often it is tried. */
export const stakeActs: readonly Often[] = [
  [4, bond],
  [5, delegate],
  [4, requestUnbond],
  [2, transferShares],
  [3, withdraw],
  [2, requestBondUnbond],
  [2, withdrawBond],
  [4, pay],
  [2, settleFees],
  [2, oneBlock],
  [1, prepay],
  [1, fundCommons],
];
