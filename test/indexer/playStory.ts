import type { Hex } from "viem";
import type { Result } from "../../domain/result.ts";
import { versionIdOf } from "../../domain/version.ts";
import { accounts, digestOf, goodResult, type Stage, token } from "./Stage.ts";

const shaky: Result = { ...goodResult, scores: [9_950n, 9_950n, 9_950n, 7_000n, 0n, 0n, 9_990n] };
const retried: Result = { ...goodResult, attempts: 1_100n, retries: 200n };
const broken: Result = { ...goodResult, scores: [3_000n, 9_950n, 9_950n, 9_900n, 0n, 0n, 9_990n] };

/** Models by the part they play; ids run from 1 in this order. */
export const cast = {
  anchor: 1n,
  shaky: 2n,
  faller: 3n,
  newcomer: 4n,
  experiment: 5n,
  unbonded: 6n,
  renewed: 7n,
  thin: 8n,
} as const;

const standardLane = 1;

/** Registration and stake: every model of the cast, two delegators. About 40 blocks. */
export async function playRegistration(stage: Stage): Promise<void> {
  await stage.fund(accounts.owner, 10n ** 6n * token);
  await stage.fund(accounts.delegator, 10n ** 6n * token);
  await stage.fund(accounts.second, 10n ** 6n * token);
  for (const name of Object.keys(cast)) await stage.register(name);
  for (const [name, modelId] of Object.entries(cast)) {
    if (name === "unbonded") continue;
    await stage.bond(modelId, 5_000n * token);
    if (name !== "experiment") await stage.setLane(modelId, standardLane);
  }
  await stage.delegate(cast.anchor, 10_000n * token, accounts.delegator);
  await stage.delegate(cast.anchor, 777n * token, accounts.second);
  await stage.delegate(cast.faller, 3_333n * token, accounts.delegator);
  await stage.delegate(cast.thin, 90_000n * token, accounts.second);
}

const part = (name: keyof typeof cast, result: Result) => ({ modelId: cast[name], name, result });

/** Three rounds in which all are measured. */
export async function playRounds(stage: Stage): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await stage.playRound([
      part("anchor", goodResult),
      part("shaky", shaky),
      part("faller", goodResult),
      part("experiment", goodResult),
      part("renewed", goodResult),
      part("thin", retried),
    ]);
  }
}

/** A failing round with its freeze, a new version, a sold model, and every way out of a stake. */
export async function playTurns(stage: Stage): Promise<{ freezeRound: bigint; fallen: Hex; renewed: Hex }> {
  const renewed = await stage.addVersion(cast.renewed, "renewed-2");
  const freezeRound = await stage.playRound([part("anchor", goodResult), part("faller", broken)]);
  const { shares } = await stage.positionOf(cast.anchor, stage.addressOf(accounts.delegator));
  await stage.requestUnbond(cast.anchor, shares / 3n, accounts.delegator);
  await stage.requestBondUnbond(cast.anchor, 1_500n * token);
  await stage.requestUnbond(cast.thin, 1_000n * token * 1_000n, accounts.second);
  await stage.transferModel(cast.unbonded, accounts.owner, accounts.other);
  await stage.advance(250n);
  await stage.withdraw(cast.anchor, accounts.delegator);
  await stage.withdrawBond(cast.anchor);
  return { freezeRound, fallen: versionIdOf(cast.faller, digestOf("faller")), renewed };
}
