import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startReferenceModels } from "../../../examples/reference-models/startReferenceModels.ts";
import { roundIdAt } from "../../../oracle/node/roundTiming.ts";
import { startProcess } from "../../oracle/runProcess.ts";
import { residentMbOf } from "../processFigures.ts";
import { startTestNetwork } from "../testNetwork.ts";

export interface SoakOptions {
  readonly directory: string;
  readonly minutes: number;
  readonly seats: number;
  readonly models: number;
  /** Seconds. */
  readonly epochLength: bigint;
  readonly say: (line: string) => void;
}

/** How much memory a process took (megabytes). */
export interface MemoryFigures {
  readonly process: string;
  /** Medians of the second and of the last fifth of the run: the first is for warming up. */
  readonly early: number;
  readonly late: number;
  readonly highest: number;
  /** Slope of a line through what came after the first fifth, in megabytes an hour. */
  readonly perHour: number;
}

export interface SoakFigures {
  readonly minutes: number;
  readonly rounds: number;
  readonly results: number;
  /** Rounds without all results, with what the nodes said about them. */
  readonly missed: readonly string[];
  readonly memory: readonly MemoryFigures[];
}

const sampleMs = 5_000;
const timing = { commitByBps: 6_000, revealByBps: 8_000, staggerSeconds: 1 };

/** Lets a network run by the clock, disturbed by nothing, and writes down memory and missed rounds. */
export async function runSoak({
  directory,
  minutes,
  seats,
  models,
  epochLength,
  say,
}: SoakOptions): Promise<SoakFigures> {
  const quorum = Math.floor(seats / 2) + 1;
  const network = await startTestNetwork({ directory, seats, quorum, epochLength, blockMs: 1_000 });
  const served = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 1 });
  const boards = await Promise.all([network.startBoard("board0"), network.startBoard("board1")]);
  const urls = boards.map(({ url }) => url);
  const nodes = await Promise.all(
    network.evaluators.map((_, seat) =>
      startProcess("oracle/main.ts", network.nodeConfig(seat, { boards: urls, timing })),
    ),
  );
  try {
    for (let i = 0; i < models; i += 1) await network.register(`model${i}`, `${served.url}/anchor/manifest.json`);
    const epochNow = async () => roundIdAt(network.deployment, (await network.client.getBlock()).timestamp);
    // Versions count from the epoch after their registration on.
    const first = (await epochNow()) + 1n;
    const samples = new Map<string, number[]>();
    const named = [
      ...nodes.map((node, i) => [`node${i}`, node] as const),
      ...boards.map((board, i) => [`board${i}`, board] as const),
    ];
    const until = performance.now() + minutes * 60_000;
    while (performance.now() < until) {
      for (const [name, { pid }] of named) samples.set(name, [...(samples.get(name) ?? []), residentMbOf(pid)]);
      await delay(sampleMs);
    }
    // Rounds that are still open have not been missed yet.
    const last = (await epochNow()) - 3n;
    const results = (await network.events.results()).filter(
      ({ args }) => args.roundId >= first && args.roundId <= last,
    );
    const rounds = Array.from({ length: Number(last - first) + 1 }, (_, i) => first + BigInt(i));
    const missed = rounds.flatMap((roundId) => {
      const count = results.filter(({ args }) => args.roundId === roundId).length;
      if (count === models) return [];
      return [`round ${roundId}: ${count} of ${models} results; ${reasonsFor(directory, seats, roundId).join(" | ")}`];
    });
    const memory = [...samples].map(([name, values]) => memoryOf(name, values));
    const figures = { minutes, rounds: rounds.length, results: results.length, missed, memory };
    say(JSON.stringify(figures));
    return figures;
  } finally {
    await Promise.all([...nodes, ...boards].map((each) => each.stop("SIGTERM")));
    await served.close();
    await network.close();
  }
}

/** What the nodes logged about a round that was more than information; each sentence once. */
function reasonsFor(directory: string, seats: number, roundId: bigint): string[] {
  const said = Array.from({ length: seats }, (_, seat) => readFileSync(join(directory, `node${seat}.log`), "utf8"))
    .flatMap((log) => log.split("\n"))
    .filter((line) => line.includes(`"roundId":"${roundId}"`) && /"level":(40|50)/.test(line))
    .map((line) => JSON.parse(line))
    .map(({ msg, reason }) => (reason === undefined ? `${msg}` : `${msg}: ${reason}`));
  return [...new Set(said)].slice(0, 8);
}

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

function memoryOf(process: string, values: readonly number[]): MemoryFigures {
  const fifth = Math.max(1, Math.floor(values.length / 5));
  const warm = values.slice(fifth);
  const whole = (value: number) => Math.round(value);
  return {
    process,
    early: whole(medianOf(values.slice(fifth, 2 * fifth))),
    late: whole(medianOf(values.slice(-fifth))),
    highest: whole(Math.max(...values)),
    perHour: whole((slopeOf(warm) * 3_600_000) / sampleMs),
  };
}

/** Least squares over equally spaced values, per step. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const across = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0);
  const along = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return along === 0 ? 0 : across / along;
}
