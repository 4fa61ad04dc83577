import type { Policy } from "../../../domain/policy.ts";
import { boardDomain, boardTypes } from "../../../domain/typedData.ts";
import { devAccount } from "../../../scripts/devnet/accounts.ts";
import { policyArgument } from "../../../sdk/index.ts";
import { accounts, digestOf, epochLength, stagePolicy, token } from "../Stage.ts";
import { type Act, type History, type Often, stakers } from "./History.ts";

const hour = 3_600n;
const day = 24n * hour;

/** The stage's standards with times in hours and days, so that records outlive the notice of a policy. */
export const historyPolicy: Policy = {
  ...stagePolicy,
  halfLife: 64n * hour,
  maxAge: 2n * day,
  freezeWindow: 6n * hour,
  lossEpoch: 2n * day,
  bucketBps: 100n,
  bucketPeriod: 4n * hour,
};

/** Changes of standards; each is announced with the others as they are. */
const changes: readonly ((history: History) => Partial<Policy>)[] = [
  ({ random }) => ({ bondMin: random.pick([1n, 500n, 1_000n, 6_000n]) * token, experimentalBondMin: token }),
  ({ random }) => ({ massMin: random.between(1n, 1_500n) }),
  ({ random }) => ({ maxAge: random.between(epochLength, 9n * day) }),
  ({ random }) => ({ halfLife: 64n * random.between(60n, 4n * hour) }),
  ({ random }) => ({ minRounds: random.between(1n, 4n), roundsFull: random.between(1n, 20n) }),
  ({ random }) => ({ bondShareBps: random.between(0n, 10_000n) }),
  ({ random }) => ({ publicShareBps: random.between(0n, 5_000n) }),
  ({ random }) => ({ breakerBps: random.pick([1n, 3_000n, 10_000n]) }),
  ({ random }) => ({ hysteresisBps: random.between(0n, 1_000n), passZ2: random.between(1n, 9n) }),
  ({ random }) => ({ shards: random.pick([1n, 2n]), committeeSize: random.pick([2n, 3n]) }),
  ({ random }) => ({ evaluationPrice: random.pick([0n, token, 40n * token]), evaluationFee: random.pick([0n, token]) }),
  ({ random }) => ({ bucketBps: random.between(1n, 3_000n), lossCapBps: random.between(500n, 3_000n) }),
  ({ random }) => ({ halfSaturation: random.between(1n, 10n ** 24n), massFull: random.between(1n, 4_095n) }),
  ({ random }) => ({ suiteHash: digestOf(`suite ${random.bits(32)}`) }),
];

const announce: Act = async (history) => {
  const { stage, random } = history;
  const terms = { ...historyPolicy, arbitrator: stage.arbitrator };
  const changed = Object.assign({}, terms, random.pick(changes)(history), random.pick(changes)(history));
  const next = { ...changed, quorum: changed.committeeSize };
  await stage.done(stage.board().announcePolicy([policyArgument(next)]));
};

const withdrawPolicy: Act = async ({ stage }) => {
  await stage.done(stage.board().withdrawPolicy());
};

/** To the second in which the announced policy comes into force, or one before or after it. */
const reachPolicy: Act = async (history) => {
  const { stage, random } = history;
  const [policyId, inForceFrom] = await stage.standards.read.pendingPolicy();
  const at = inForceFrom + random.pick([-1n, 0n, 1n]);
  if (policyId !== 0n && at > (await history.now())) await stage.advanceTo(at);
};

const pause: Act = async ({ stage }) => {
  await stage.done(stage.board(accounts.guardian).pause());
};

const setGuardian: Act = async ({ stage }) => {
  await stage.done(stage.board().setGuardian([stage.addressOf(accounts.guardian)]));
};

// ---------------------------------------------------------------- seats
const bondSeat: Act = async (history) => {
  const { stage, random } = history;
  const assets = random.between(1n, 3_000n * token);
  await stage.done(stage.vault(random.pick(stakers)).bondSeat([await history.anySeat(), assets]));
};

const requestSeatUnbond: Act = async (history) => {
  const { stage, random } = history;
  const seatId = await history.anySeat();
  const active = await stage.money.read.seatBond([seatId]);
  const by = await history.seatOwner(seatId);
  await stage.done(stage.vault(by).requestSeatUnbond([seatId, random.between(active === 0n ? 0n : 1n, active)]));
};

const withdrawSeatBond: Act = async (history) => {
  const { stage, random } = history;
  const seatId = await history.anySeat();
  const to = stage.addressOf(random.pick(stakers));
  await stage.done(stage.vault(await history.seatOwner(seatId)).withdrawSeatBond([seatId, to]));
};

const rotateSigner: Act = async (history) => {
  const { stage } = history;
  const seatId = await history.anySeat();
  const by = await history.seatOwner(seatId);
  const key = devAccount(history.nextKey());
  const proof = await key.signTypedData({
    domain: boardDomain(BigInt(stage.deployment.chainId), stage.deployment.policyBoard),
    types: boardTypes,
    primaryType: "KeyProof",
    message: { seatId, seatOwner: stage.addressOf(by) },
  });
  await stage.done(stage.board(by).rotateSigner([seatId, key.address, proof]));
};

const rotateLink: Act = async (history) => {
  const { stage, random } = history;
  const seatId = await history.anySeat();
  await stage.done(stage.board(await history.seatOwner(seatId)).rotateLink([seatId, random.hex(32)]));
};

const transferSeat: Act = async (history) => {
  const { stage, random } = history;
  const seatId = await history.anySeat();
  const to = stage.addressOf(random.pick(accounts.evaluators));
  await stage.done(stage.board(await history.seatOwner(seatId)).transferSeat([seatId, to]));
};

/** One seat goes, another one comes: so committees stay as large as they are. */
const replaceSeat: Act = async (history) => {
  const { stage, random } = history;
  const seatId = await history.anySeat();
  await stage.done(stage.board(await history.seatOwner(seatId)).leaveSeat([seatId]));
  const [owner, signer] = [random.pick(accounts.evaluators), history.nextKey()];
  const added = [stage.addressOf(owner), devAccount(signer).address, random.hex(32)] as const;
  await stage.done(stage.board().addSeat(added));
  const newest = (await stage.standards.read.seatCount()) - 1n;
  await stage.done(stage.vault(random.pick(stakers)).bondSeat([newest, 2_000n * token]));
};

/** Time passes: mostly seconds, sometimes hours, rarely as long as a notice, a hold or a log lasts. */
const wait: Act = async ({ stage, random }) => {
  const longest = random.pick([60n, 60n, 300n, 2_000n, 12n * hour, 5n * day]);
  await stage.advance(random.between(1n, random.chance(25) ? 36n * day : longest));
};

/** Whatever is done with standards, seats and time, by how often it is tried. */
export const boardActs: readonly Often[] = [
  [2, announce],
  [1, withdrawPolicy],
  [1, reachPolicy],
  [1, pause],
  [1, setGuardian],
  [4, bondSeat],
  [1, requestSeatUnbond],
  [1, withdrawSeatBond],
  [1, rotateSigner],
  [1, rotateLink],
  [1, transferSeat],
  [1, replaceSeat],
  [6, wait],
];
