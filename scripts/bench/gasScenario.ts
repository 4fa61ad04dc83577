import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { GasChain } from "./GasChain.ts";
import { GasSystem, labelOf, unbondingDelay, unit } from "./GasSystem.ts";
import { bad, entryOf, good } from "./results.ts";

/** Gas by operation. */
export type Gas = Readonly<Record<string, bigint>>;

/** Seats that the goals are stated for. */
export const seats = 31;

/** The scenario did not reach the state it measures. */
export class GasScenarioError extends Error {
  override name = "GasScenarioError";
}

/** Runs a part of the benchmark on a fresh chain. */
export async function onChain<T>(
  hre: HardhatRuntimeEnvironment,
  hardfork: string,
  work: (chain: GasChain) => Promise<T>,
): Promise<T> {
  const chain = await GasChain.open(hre, hardfork);
  try {
    return await work(chain);
  } finally {
    await chain.close();
  }
}

/** The operations with goals, in the order of a user's life. The same code gives the same figures. */
export async function measureGoals(chain: GasChain): Promise<Gas> {
  const system = await GasSystem.deploy(chain, seats);
  const stakes = await measureStake(system);
  return { ...stakes, ...(await measureResults(system)), ...(await measureExit(system)) };
}

/** The owner's first model; the contracts hold other people's tokens already, as they always will but once. */
async function measureStake(system: GasSystem) {
  const { owner, delegator } = system;
  const register = await system.register(labelOf(1n));
  await system.register(labelOf(2n));
  await system.bond(delegator, 2n, unit);
  await system.addVersion(1n, "second version");
  const newVersion = await system.addVersion(1n, "third version");
  const firstBond = await system.bond(owner, 1n, 2_000n * unit);
  await system.delegate(owner, 1n, 100n * unit);
  const delegate = await system.delegate(delegator, 1n, 100n * unit);
  const stakeMore = await system.delegate(delegator, 1n, 100n * unit);
  return { register, newVersion, firstBond, delegate, stakeMore };
}

/** Models from `first` on in the standard lane, with bonds and delegations. */
export async function addModels(system: GasSystem, first: bigint, count: number): Promise<bigint[]> {
  const ids = Array.from({ length: count }, (_, i) => first + BigInt(i));
  for (const id of ids) await system.addStandardModel(id);
  return ids;
}

/** Three good rounds for models of the standard lane. */
export async function admit(system: GasSystem, ids: readonly bigint[]): Promise<void> {
  const results = ids.map((id) => entryOf(id, good));
  for (let i = 0; i < 3; i++) await system.postNext(results);
  for (const id of ids) if (!(await system.isAdmitted(id))) throw new GasScenarioError(`model ${id} is not admitted`);
}

export async function addAdmitted(system: GasSystem, first: bigint, count: number): Promise<bigint[]> {
  const ids = await addModels(system, first, count);
  await admit(system, ids);
  return ids;
}

/** Each post is the first of its round. That another model failed before is the rule: the bucket's slot is there. */
async function measureResults(system: GasSystem) {
  const ids = await addAdmitted(system, 3n, 32);
  const { gasUsed: post32 } = await system.postNext(ids.map((id) => entryOf(id, good)));
  const { gasUsed: post1 } = await system.postNext([entryOf(3n, good)]);
  await system.postNext([entryOf(5n, bad)]);
  const { gasUsed: failing } = await system.postNext([entryOf(4n, bad)]);
  const isAdmitted = await system.coldCall("assay", "isAdmitted", [3n]);
  return { post1, post32PerResult: post32 / 32n, freezeExtra: failing - post1, isAdmitted };
}

/** Half of a position leaves, so that nothing is refunded for an emptied slot. */
async function measureExit(system: GasSystem) {
  const { delegator } = system;
  const shares = await system.sharesOf(1n);
  const requestUnbond = await system.send(delegator, "vault", "requestUnbond", [1n, shares / 2n]);
  system.chain.wait(unbondingDelay);
  const withdraw = await system.send(delegator, "vault", "withdraw", [1n, delegator]);
  return { requestUnbond, withdraw };
}
