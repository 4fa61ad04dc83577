/**
 * `npm run bench:flat [-- --write | --check]`: what the main operations cost with 10, 1,000 and 10,000 models, delegators of one model and rounds of history, on
 * one chain that grows. Exits 1 when a cost differs by more than 1 %: no operation may look at others than those it is about. `--write` renews
 * `snapshots/flatness.json`, `--check` exits 1 when a figure is not the committed one.
 *
 * Everything is made by the contracts' own functions. The operations are the same at each size, on slots in the same state: what is new is new at each
 * size, what is changed was there at each size. What is left of a difference is calldata: ids and signatures with more or fewer zero bytes.
 */

import { productionBuild } from "../productionBuild.ts";
import { FlatChain } from "./FlatChain.ts";
import { GasChain } from "./GasChain.ts";
import type { Gas } from "./gasScenario.ts";
import { Snapshot } from "./Snapshot.ts";

const populations = [10, 1_000, 10_000] as const;
const toleranceBps = 100n;
const snapshot = new Snapshot("flatness");

interface Row {
  readonly operation: string;
  /** One for each population. */
  readonly gas: readonly bigint[];
  readonly spreadBps: bigint;
}

function rowOf(operation: string, gas: readonly bigint[]): Row {
  const sorted = [...gas].sort((a, b) => Number(a - b));
  const [least = 0n, most = 0n] = [sorted.at(0), sorted.at(-1)];
  return { operation, gas, spreadBps: ((most - least) * 10_000n) / least };
}

async function measure(): Promise<Row[]> {
  const hre = await productionBuild(["scripts/bench/Crowd.sol"]);
  const chain = await GasChain.open(hre, "osaka");
  const columns: Gas[] = [];
  try {
    const flat = await FlatChain.deploy(chain);
    for (const population of populations) {
      await flat.growTo(population);
      columns.push(await flat.measure());
    }
  } finally {
    await chain.close();
  }
  const operations = Object.keys(columns[0] ?? {});
  return operations.map((operation) =>
    rowOf(
      operation,
      columns.map((gas) => gas[operation] ?? 0n),
    ),
  );
}

function printTable(rows: readonly Row[]): void {
  const line = (cells: readonly (string | number | bigint)[]) =>
    console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(16) : String(cell).padStart(9))).join("  "));
  line(["operation", ...populations, "spread"]);
  for (const { operation, gas, spreadBps } of rows) line([operation, ...gas, `${Number(spreadBps) / 100} %`]);
}

/** One figure for each operation and population. */
const figuresOf = (rows: readonly Row[]) =>
  Object.fromEntries(
    rows.flatMap(({ operation, gas }) => populations.map((size, i) => [`${operation}At${size}`, Number(gas[i])])),
  );

async function main(options: readonly string[]): Promise<number> {
  const rows = await measure();
  if (options.includes("--json")) {
    console.log(JSON.stringify({ populations, figures: figuresOf(rows) }));
  } else printTable(rows);
  if (options.includes("--write")) snapshot.write(figuresOf(rows));
  const complaints = rows
    .filter(({ spreadBps }) => spreadBps > toleranceBps)
    .map(({ operation, spreadBps }) => `${operation} differs by ${spreadBps} bps with the population`);
  if (options.includes("--check")) complaints.push(...snapshot.differences(figuresOf(rows)));
  for (const complaint of complaints) console.error(complaint);
  return complaints.length > 0 ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
