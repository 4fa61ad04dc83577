import { parseEventLogs, type TransactionReceipt } from "viem";
import { assayAbi, assayVaultAbi } from "../../sdk/index.ts";
import type { GasChain } from "./GasChain.ts";
import { day, GasSystem, unit } from "./GasSystem.ts";
import { addAdmitted, type Gas, GasScenarioError, seats } from "./gasScenario.ts";
import { bad, entryOf, good } from "./results.ts";

/** Operations without a goal, one system after another's life: evaluators, owners, users, disputes. */
export async function measureRest(chain: GasChain): Promise<Gas> {
  const system = await GasSystem.deploy(chain, seats - 1);
  const rounds = await measureRounds(system);
  await addAdmitted(system, 1n, 6);
  const stakes = await measureStakes(system);
  const fees = await measureFees(system);
  const views = await measureViews(system);
  const disputes = await measureDisputes(system);
  return { ...rounds, ...stakes, ...fees, ...views, ...disputes, ...(await measureOwner(system)) };
}

/** With the last seat's bond a new list of 31 keys is written; the round after it is the ordinary one. The commons pays its lottery. */
async function measureRounds(system: GasSystem) {
  await system.drawRound();
  const bondSeat = await system.addSeat();
  const { openRound: openRoundNewSeats } = await system.drawRound();
  const { openRound, captureEntropy } = await system.drawRound();
  return { bondSeat, openRound, openRoundNewSeats, captureEntropy };
}

async function measureStakes(system: GasSystem) {
  const { admin, owner, delegator } = system;
  const bondWithPermit = await system.takeWithPermit(owner, unit, "bondWithPermit", 1n);
  await system.delegate(owner, 1n, unit);
  await system.send(admin, "token", "transfer", [system.chain.accounts[3], unit]);
  const newcomer = system.chain.accounts[3] ?? "0x";
  const delegateWithPermit = await system.takeWithPermit(newcomer, unit, "delegateWithPermit", 1n);
  const stranger = `0x${"5a".repeat(20)}`;
  const transferShares = await system.send(delegator, "vault", "transfer", [stranger, 1n, unit]);
  return { bondWithPermit, delegateWithPermit, transferShares };
}

/** First and later payments: only the first makes slots. Half of a stream has come when it is settled. */
async function measureFees(system: GasSystem) {
  const { admin } = system;
  const prepay = await system.take(admin, unit, "prepay", [2n, 1n]);
  const prepayMore = await system.take(admin, 100n * unit, "prepay", [2n, 100n]);
  const pay = await system.take(admin, 70n * unit, "pay", [2n, 70n * unit]);
  system.chain.wait(day);
  const payMore = await system.take(admin, 70n * unit, "pay", [2n, 70n * unit]);
  system.chain.wait(day);
  const settleFees = await system.send(admin, "vault", "settleFees", [2n]);
  return { prepay, prepayMore, pay, payMore, settleFees };
}

async function measureViews(system: GasSystem) {
  return {
    isAdmittedByLens: await system.coldCall("lens", "isAdmitted", [3n]),
    requireAdmitted: await system.coldCall("lens", "requireAdmitted", [3n, 30n * day]),
    explain: await system.coldCall("lens", "explain", [3n]),
  };
}

/** The freeze record and the log entry in the events of a failing result. */
function failureIn({ logs }: TransactionReceipt) {
  const [frozen] = parseEventLogs({ abi: assayVaultAbi, eventName: ["StakeFrozen", "FreezeChanged"], logs });
  const [logged] = parseEventLogs({ abi: assayAbi, eventName: "ResultLogged", logs });
  return { frozen: frozen?.args.frozen, versionId: frozen?.args.versionId, logged: logged?.args };
}

function definite<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new GasScenarioError(`there is no ${what}`);
  return value;
}

/** Four models fail, one a round: one freeze runs out, one is disputed and overturned, one is contested and given back by the court directly. */
async function measureDisputes(system: GasSystem) {
  const { admin, owner, chain } = system;
  const court = system.contracts.court;
  const [, unanswered, disputed, restored] = await failAll(system, [3n, 4n, 5n, 6n]);
  const deposit = 500n * unit;

  await chain.impersonate(court);
  const given = await system.receipt(court, "vault", "contest", [definite(restored?.frozen, "freeze")]);
  const contested = definite(failureIn(given).frozen, "contested freeze");
  const resolve = await system.send(court, "vault", "resolve", [contested, true]);

  const versionId = definite(disputed?.versionId, "version");
  const { memoryBefore, entry } = definite(disputed?.logged, "log");
  const log = { memoryBefore, entries: [entry] };
  await system.approve(owner, deposit);
  const appealed = await system.receipt(owner, "court", "appeal", [versionId, log, 0n, disputed?.frozen]);
  await chain.mine(3);
  const drawCommittee = await system.send(admin, "court", "drawCommittee", [1n]);
  const postReevaluation = await system.reevaluate(1n, good);
  chain.wait(3n * day);
  const execute = await system.send(admin, "court", "execute", [1n, failureIn(appealed).frozen, log]);

  chain.wait(7n * day);
  const release = await system.send(admin, "vault", "release", [definite(unanswered?.frozen, "freeze")]);
  return {
    release,
    contest: given.gasUsed,
    resolve,
    appeal: appealed.gasUsed,
    drawCommittee,
    postReevaluation,
    execute,
    claimFee: await system.send(admin, "vault", "claimFee", [definite(disputed?.roundId, "round"), 0n]),
  };
}

async function failAll(system: GasSystem, modelIds: readonly bigint[]) {
  const failures = [];
  for (const modelId of modelIds) {
    const { roundId } = await system.drawRound();
    failures.push({ roundId, ...failureIn(await system.post(roundId, [entryOf(modelId, bad)])) });
  }
  return failures;
}

async function measureOwner(system: GasSystem) {
  const { owner, chain } = system;
  const { timestamp } = await chain.reads.getBlock();
  const until = timestamp + 100n * day;
  const retirement = { servedUntil: until, evaluatedUntil: until, liableUntil: until, recordUntil: until };
  const setLane = await system.send(owner, "assay", "setLane", [1n, 0]);
  return { setLane, retire: await system.send(owner, "assay", "retire", [1n, retirement]) };
}
