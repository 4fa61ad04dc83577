import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { medianResult } from "../../../domain/median.ts";
import { integerBelow, type Random, seededRandom } from "../../../examples/reference-models/random.ts";
import { startReferenceModels } from "../../../examples/reference-models/startReferenceModels.ts";
import { roundIdAt, roundTiming } from "../../../oracle/node/roundTiming.ts";
import type { RunningProcess } from "../../oracle/runProcess.ts";
import { startTestNetwork, type TestNetwork } from "../testNetwork.ts";
import { type Fate, type FaultGate, type PassingCall, startFaultGate } from "./faultGate.ts";
import { createKillOrders, type KillOrders, type Moment } from "./killOrders.ts";
import { type PersistentNode, startPersistentNode } from "./persistentNode.ts";
import { createSignatureLedger, messageIn, type SignatureLedger } from "./signatureLedger.ts";

export interface CampaignOptions {
  readonly directory: string;
  /** Nodes to kill. */
  readonly kills: number;
  readonly seed: number;
  /** What a seat's configuration says of its database; PGlite without. */
  readonly databaseOf?: (seat: number) => Readonly<Record<string, unknown>>;
  /** Whether blocks are taken away now and then. */
  readonly reorganise: boolean;
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface CampaignFigures {
  readonly kills: Readonly<Record<string, number>>;
  readonly killed: number;
  readonly startsRefused: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Blocks that were taken away, a number for each reorganisation. */
  readonly reorganisations: readonly number[];
  readonly rounds: number;
  readonly reports: number;
  readonly signatures: number;
  readonly seconds: number;
  /** Two different signatures for one round and version. */
  readonly contradictions: readonly string[];
  /** Rounds that were posted not at all, twice, in part, or with other words than the medians of all reports. */
  readonly wrongRounds: readonly string[];
  /** Reports that were committed to and never revealed. */
  readonly lostReports: readonly string[];
}

const seats = 4;
const quorum = 3;
const models = 2;
/** The chain's clock is turned on when a round is over: nothing is ever too late. */
const epochLength = 3_600n;
const blockMs = 1_000;
const timing = { commitByBps: 5_000, revealByBps: 7_500, staggerSeconds: 1 };
const patienceMs = 600_000;
const deepestReorganisation = 10n;

const rpcSchema = z.union([
  z.object({ method: z.string() }).transform((one) => [one]),
  z.array(z.object({ method: z.string() })),
]);
const methodsIn = (body: string): string[] => rpcSchema.parse(JSON.parse(body)).map(({ method }) => method);

/** The services behind a gate, in its order: the same chain twice, then the boards. */
const chainServices = 2;

/** Kills nodes at random moments until there were enough, and looks at what the network made of it. */
export async function runCrashCampaign(options: CampaignOptions): Promise<CampaignFigures> {
  const { directory, kills, seed, say } = options;
  const began = performance.now();
  const random = seededRandom(seed);
  const network = await startTestNetwork({ directory, seats, quorum, epochLength, blockMs });
  const served = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 1 });
  for (let i = 0; i < models; i += 1) await network.register(`model${i}`, `${served.url}/anchor/manifest.json`);
  const boards = await Promise.all([network.startBoard("board0"), network.startBoard("board1")]);
  const field = await enterField(options, network, boards, random);
  const rounds: bigint[] = [];
  try {
    while (field.orders.total() < kills) {
      rounds.push(await playRound(field));
      const { total } = field.orders;
      say(`round ${rounds.at(-1)}: ${total()} of ${kills} kills, ${Math.round((performance.now() - began) / 1_000)} s`);
    }
    // One more, undisturbed, brings to light what was only put off.
    field.calm();
    rounds.push(await playRound(field));
    return { ...(await judgeAll(field, rounds)), seconds: Math.round((performance.now() - began) / 1_000) };
  } finally {
    await Promise.all(field.nodes.map((node) => node.stop().catch(() => null)));
    await Promise.all(boards.map((board) => board.stop("SIGTERM")));
    await Promise.all(field.gates.map((gate) => gate.close()));
    await served.close();
    await network.close();
  }
}

interface Field {
  readonly network: TestNetwork;
  readonly boards: readonly RunningProcess[];
  readonly nodes: readonly PersistentNode[];
  readonly gates: readonly FaultGate[];
  readonly orders: KillOrders;
  readonly ledger: SignatureLedger;
  readonly faults: Map<string, number>;
  readonly reorganisations: number[];
  readonly random: Random;
  readonly reorganise: boolean;
  /** The round that is being measured. */
  drawn: bigint;
  isCalm: boolean;
  calm(): void;
}

async function enterField(
  { kills, databaseOf, reorganise }: CampaignOptions,
  network: TestNetwork,
  boards: readonly RunningProcess[],
  random: Random,
): Promise<Field> {
  const nodes: PersistentNode[] = [];
  const gates: FaultGate[] = [];
  const field: Field = {
    network,
    boards,
    nodes,
    gates,
    orders: createKillOrders(random, kills),
    ledger: createSignatureLedger(),
    faults: new Map(),
    reorganisations: [],
    random,
    reorganise,
    drawn: 0n,
    isCalm: false,
    calm() {
      field.isCalm = true;
    },
  };
  const services = [network.chain.rpcUrl, network.chain.rpcUrl, ...boards.map(({ url }) => url)];
  for (const seat of network.evaluators.keys()) {
    const gate = await startFaultGate(services, (call) => judge(field, seat, call));
    gates.push(gate);
    const rpcUrls = [gate.urlOf(0), gate.urlOf(1)];
    const urls = boards.map((_, i) => gate.urlOf(chainServices + i));
    const settings = { boards: urls, rpcUrls, timing, logLevel: "info", ...databaseOf?.(seat) };
    nodes.push(startPersistentNode(network.nodeConfig(seat, settings)));
  }
  await Promise.all(nodes.map((node) => node.up()));
  return field;
}

/** What kind of step a request is part of. */
function momentOf(field: Field, seat: number, { service, path, body }: PassingCall): Moment | undefined {
  if (service < chainServices) {
    const methods = methodsIn(body);
    if (methods.includes("eth_sendRawTransaction")) return "send";
    return methods.includes("eth_getTransactionReceipt") ? "receipt" : undefined;
  }
  const message = messageIn(path, body);
  if (message) return message.kind === "commitment" ? "commit" : message.kind === "report" ? "reveal" : "cosign";
  const { address } = field.network.evaluatorAt(seat).account;
  const [, roundId = "0"] = /^\/v1\/rounds\/(\d+)\/messages/.exec(path) ?? [];
  const isMeasuring = BigInt(roundId) === field.drawn && !field.ledger.has("commitment", field.drawn, address);
  return field.drawn > 0n && isMeasuring ? "evaluate" : undefined;
}

function judge(field: Field, seat: number, call: PassingCall): Fate {
  const moment = momentOf(field, seat, call);
  const message = call.service < chainServices ? undefined : messageIn(call.path, call.body);
  if (message) field.ledger.record(message);
  const node = field.nodes[seat];
  if (field.isCalm || !node?.pid()) return { kind: "pass" };
  const order = moment && field.orders.strikes(moment);
  if (order) return { kind: "strike", after: order.after, strike: () => node.kill() };
  return faultFor(field, call.service < chainServices ? "RPC" : "board");
}

/** One request in seventy goes wrong. */
function faultFor({ random, faults }: Field, where: string): Fate {
  const draw = integerBelow(random, 2_000);
  const fate: Fate =
    draw < 16
      ? { kind: "refuse", status: 503 }
      : draw < 26
        ? { kind: "drop" }
        : draw < 27
          ? { kind: "stall", ms: 6_000 }
          : { kind: "pass" };
  if (fate.kind !== "pass") faults.set(`${where} ${fate.kind}`, (faults.get(`${where} ${fate.kind}`) ?? 0) + 1);
  return fate;
}

/** Leads the network through the next epoch's round until it is posted, for good. @returns its id. */
async function playRound(field: Field): Promise<bigint> {
  const { network, random } = field;
  const roundId = 1n + roundIdAt(network.deployment, (await network.client.getBlock()).timestamp);
  field.drawn = 0n;
  await network.chain.skipTo(roundTiming(network.deployment, timing, roundId).startsAt);
  const whenToForget = field.reorganise && !field.isCalm ? integerBelow(random, 4) : undefined;
  if (whenToForget === 0) await takeBlocksAway(field, 1 + integerBelow(random, 9));
  await until(field, `round ${roundId} drawn`, async () =>
    (await network.events.drawn()).some(({ args }) => args.roundId === roundId),
  );
  field.drawn = roundId;
  if (whenToForget === 1) await takeBlocksAway(field, 1 + integerBelow(random, 9));
  if (whenToForget === 2) {
    await until(field, `all reports of round ${roundId}`, async () => countReports(field, roundId) === seats * models);
    await takeBlocksAway(field, 3 + integerBelow(random, 7));
  }
  await until(field, `round ${roundId} posted`, async () => isPosted(field, roundId));
  await until(field, `all reports of round ${roundId}`, async () => countReports(field, roundId) === seats * models);
  return roundId;
}

const countReports = ({ ledger }: Field, roundId: bigint): number =>
  Array.from({ length: models }, (_, i) => ledger.reports(roundId, BigInt(i + 1)).length).reduce((a, b) => a + b, 0);

async function isPosted({ network }: Field, roundId: bigint): Promise<boolean> {
  return (await network.events.batches()).some(({ args }) => args.roundId === roundId);
}

/** Lets so many blocks come, and then another chain on which they never were. */
async function takeBlocksAway({ network, reorganisations }: Field, blocks: number): Promise<void> {
  const { chain, client } = network;
  const from = await client.getBlockNumber({ cacheTime: 0 });
  const goBack = await chain.snapshot();
  while ((await client.getBlockNumber({ cacheTime: 0 })) < from + BigInt(blocks)) await delay(100);
  const depth = (await client.getBlockNumber({ cacheTime: 0 })) - from;
  if (depth > deepestReorganisation) return;
  await goBack();
  reorganisations.push(Number(depth));
}

/** @throws Error with what every node has to say when it does not come about */
async function until(field: Field, what: string, isSo: () => Promise<boolean>): Promise<void> {
  const latest = performance.now() + patienceMs;
  while (performance.now() < latest) {
    for (const failure of field.nodes.map((node) => node.failure())) if (failure) throw failure;
    if (await isSo()) return;
    await delay(150);
  }
  throw new Error(`${what}: not within ${patienceMs / 1_000} s; ${field.orders.total()} nodes were killed`);
}

async function judgeAll(field: Field, rounds: readonly bigint[]): Promise<Omit<CampaignFigures, "seconds">> {
  const { network, orders, ledger, nodes, faults, reorganisations } = field;
  const results = await network.events.results();
  const batches = await network.events.batches();
  const wrongRounds = rounds.flatMap((roundId) => {
    const posted = batches.filter(({ args }) => args.roundId === roundId).length;
    if (posted !== 1) return [`round ${roundId} was posted ${posted} times`];
    return Array.from({ length: models }, (_, i) => BigInt(i + 1)).flatMap((modelId) => {
      const words = ledger.reports(roundId, modelId).map(({ word }) => word);
      const found = results.find(({ args }) => args.roundId === roundId && args.modelId === modelId);
      const expected = words.length === 0 ? undefined : medianResult(words, network.policy.itemsCap);
      return found?.args.word === expected
        ? []
        : [`round ${roundId}, model ${modelId}: ${found?.args.word}, not ${expected}`];
    });
  });
  const lostReports = rounds.flatMap((roundId) =>
    countReports(field, roundId) === seats * models ? [] : [`round ${roundId}: ${countReports(field, roundId)}`],
  );
  return {
    kills: Object.fromEntries(orders.kills),
    killed: orders.total(),
    startsRefused: nodes.reduce((sum, node) => sum + node.refused(), 0),
    faults: Object.fromEntries(faults),
    reorganisations,
    rounds: rounds.length,
    reports: rounds.reduce((sum, roundId) => sum + countReports(field, roundId), 0),
    signatures: ledger.size(),
    contradictions: ledger.contradictions(),
    wrongRounds,
    lostReports,
  };
}
