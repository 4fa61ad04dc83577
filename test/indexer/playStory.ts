import type { Hex } from "viem";
import { policyArgument } from "../../sdk/index.ts";
import { cast, part, retried, shaky, versionOf } from "./cast.ts";
import { playDisputes } from "./playDisputes.ts";
import { playRound } from "./playRound.ts";
import { accounts, goodResult, type Stage, stagePolicy, token } from "./Stage.ts";

const standardLane = 1;
const experimentalLane = 0;

/** Registration and stake: every model of the cast, its delegators, the evaluators' bonds. About 60 blocks. */
export async function playRegistration(stage: Stage): Promise<void> {
  for (const index of [accounts.owner, accounts.other, accounts.delegator, accounts.second]) {
    await stage.fund(index, 10n ** 6n * token);
  }
  await stage.bondSeats();
  for (const name of Object.keys(cast)) {
    await (name === "renewed" ? stage.register(name, versionOf("anchor")) : stage.register(name));
  }
  for (const [name, modelId] of Object.entries(cast)) {
    if (name === "unbonded") continue;
    await stage.bond(modelId, 5_000n * token);
    if (name !== "experiment") await stage.done(stage.assay().setLane([modelId, standardLane]));
  }
  const delegations = [
    ["anchor", 10_000n, accounts.delegator],
    ["anchor", 777n, accounts.second],
    ["faller", 3_333n, accounts.delegator],
    ["thin", 90_000n, accounts.second],
    ["wronged", 1_000n, accounts.delegator],
  ] as const;
  for (const [name, assets, by] of delegations) {
    await stage.done(stage.vault(by).delegate([cast[name], assets * token]));
  }
}

/** Three rounds in which all are measured, with a lottery that the commons fund can pay for in part. */
export async function playRounds(stage: Stage): Promise<bigint[]> {
  await stage.done(stage.vault(accounts.other).fundCommons([5n * token]));
  await stage.done(stage.vault().prepay([cast.anchor, 20n]));
  const rounds: bigint[] = [];
  for (let round = 0; round < 3; round += 1) {
    const { roundId } = await playRound(stage, [
      part("anchor", goodResult),
      part("shaky", shaky),
      part("faller", goodResult),
      part("experiment", goodResult),
      part("renewed", goodResult),
      part("thin", retried),
      part("leaver", goodResult),
      part("retiree", goodResult),
    ]);
    rounds.push(roundId);
  }
  return rounds;
}

/** Usage, shares that move, and every way out of a stake. */
async function playStakes(stage: Stage): Promise<void> {
  await stage.done(stage.vault(accounts.second).pay([cast.anchor, 700n * token]));
  const delegator = stage.addressOf(accounts.delegator);
  const shares = await stage.money.read.balanceOf([delegator, cast.anchor]);
  await stage.done(stage.vault(accounts.delegator).requestUnbond([cast.anchor, shares / 3n]));
  await stage.done(
    stage.vault(accounts.delegator).transfer([stage.addressOf(accounts.other), cast.anchor, shares / 10n]),
  );
  await stage.done(stage.vault().requestBondUnbond([cast.anchor, 1_500n * token]));
  await stage.done(stage.vault(accounts.second).requestUnbond([cast.thin, 1_000n * token * 1_000n]));
  await stage.done(stage.vault(accounts.second).pay([cast.anchor, 30n * token]));
}

/** Lane, retirement, a sold model, a new version. */
async function playModels(stage: Stage): Promise<Hex> {
  await stage.done(stage.assay().setLane([cast.leaver, experimentalLane]));
  await stage.done(stage.assay().setLane([cast.leaver, standardLane]));
  const { timestamp } = await stage.chain.getBlock();
  const ends = { servedUntil: 60n, evaluatedUntil: 120n, liableUntil: 900n, recordUntil: 9_000n };
  const retirement = {
    servedUntil: timestamp + ends.servedUntil,
    evaluatedUntil: timestamp + ends.evaluatedUntil,
    liableUntil: timestamp + ends.liableUntil,
    recordUntil: timestamp + ends.recordUntil,
  };
  await stage.done(stage.assay().retire([cast.retiree, retirement]));
  const [owner, buyer] = [stage.addressOf(accounts.owner), stage.addressOf(accounts.other)];
  await stage.done(stage.assay().transferFrom([owner, buyer, cast.unbonded]));
  return stage.addVersion(cast.renewed, "renewed-2");
}

/** The board's owner announces, takes back, and announces again. */
async function playPolicies(stage: Stage): Promise<void> {
  const terms = { ...stagePolicy, arbitrator: stage.arbitrator };
  const stricter = { ...terms, bondMin: 2n * terms.bondMin, massMin: terms.massMin - 100n };
  await stage.done(stage.board().announcePolicy([policyArgument(stricter)]));
  await stage.done(stage.board().withdrawPolicy());
  const milder = { ...terms, massMin: terms.massMin - 300n };
  await stage.done(stage.board().announcePolicy([policyArgument(milder)]));
}

/** When all that was requested before the first failing round is unlocked, or a block from now. */
async function unlockedAt({ money, chain, addressOf }: Stage): Promise<bigint> {
  const { bondUnlocksAt } = await money.read.stakeOf([cast.anchor]);
  const { unlocksAt } = await money.read.positionOf([cast.anchor, addressOf(accounts.delegator)]);
  const { timestamp } = await chain.getBlock();
  return BigInt(Math.max(bondUnlocksAt, unlocksAt, Number(timestamp) + 1));
}

/** Failing rounds with their freezes and disputes, and whatever else can happen. */
export async function playTurns(stage: Stage, rounds: readonly bigint[]) {
  await playStakes(stage);
  const renewed = await playModels(stage);
  const turns = await playDisputes(stage);
  const latest = await stage.addVersion(cast.renewed, "renewed-3");
  const [paid = 0n] = rounds;
  for (const place of [0n, 1n]) await stage.done(stage.vault(accounts.other).claimFee([paid, place]));
  await stage.done(stage.vault(accounts.other).settleFees([cast.anchor]));
  await stage.advanceTo(await unlockedAt(stage));
  await stage.done(stage.vault(accounts.delegator).withdraw([cast.anchor, stage.addressOf(accounts.delegator)]));
  await stage.done(stage.vault().withdrawBond([cast.anchor, stage.addressOf(accounts.other)]));
  await playPolicies(stage);
  return { ...turns, renewed, latest, paidRound: paid };
}
