/**
 * `npm run bench:gas [-- --json | --write | --check]`: gas of each operation as a full transaction (production build, Osaka rules) beside its goal and the best
 * of the others; a second column under the coming Amsterdam rules. `--write` renews `snapshots/gas.json` and `snapshots/sizes.json`, `--check` exits 1 when
 * a figure is not the committed one. A contract above the limit of EIP-170 fails in any case.
 */

import { contractSizes, productionBuild } from "../productionBuild.ts";
import { codeLimit, oversized } from "./codeLimit.ts";
import { goals, type Peer } from "./gasGoals.ts";
import { measureGas } from "./measureGas.ts";
import { Snapshot } from "./Snapshot.ts";

const snapshots = [new Snapshot("gas"), new Snapshot("sizes")] as const;

interface Row {
  readonly operation: string;
  readonly gas: number;
  readonly gasAmsterdam: number;
  /** null: measured for information. */
  readonly goal: number | null;
  readonly peer: Peer | null;
}

async function measureRows(hre: Awaited<ReturnType<typeof productionBuild>>): Promise<Row[]> {
  const osaka = await measureGas(hre, "osaka");
  const amsterdam = await measureGas(hre, "amsterdam");
  return Object.entries(osaka).map(([operation, gas]) => ({
    operation,
    gas: Number(gas),
    gasAmsterdam: Number(amsterdam[operation]),
    ...(goals[operation] ?? { goal: null, peer: null }),
  }));
}

function printTable(rows: readonly Row[], sizes: Readonly<Record<string, number>>): void {
  const line = (cells: readonly (string | number)[]) =>
    console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(20) : String(cell).padStart(9))).join("  "));
  line(["operation", "gas", "goal", "", "Amsterdam", "peer"]);
  for (const { operation, gas, goal, gasAmsterdam, peer } of rows) {
    const beside = goal === null ? ["", ""] : [goal, gas <= goal ? "met" : `+${gas - goal}`];
    line([operation, gas, ...beside, gasAmsterdam, peer === null ? "" : `${peer.gas}  ${peer.name}`]);
  }
  console.log();
  for (const [contract, size] of Object.entries(sizes)) line([contract, size, "bytes of", codeLimit]);
}

async function main(options: readonly string[]): Promise<number> {
  const hre = await productionBuild();
  const sizes = await contractSizes(hre);
  const rows = await measureRows(hre);
  const figures = [Object.fromEntries(rows.map(({ operation, gas }) => [operation, gas])), sizes] as const;
  if (options.includes("--write")) for (const [i, snapshot] of snapshots.entries()) snapshot.write(figures[i] ?? {});
  if (options.includes("--json")) console.log(JSON.stringify({ rows, sizes }));
  else printTable(rows, sizes);
  const changed = options.includes("--check")
    ? snapshots.flatMap((snapshot, i) => snapshot.differences(figures[i] ?? {}))
    : [];
  const complaints = [...oversized(sizes), ...changed];
  for (const complaint of complaints) console.error(complaint);
  if (changed.length > 0) console.error("If that is meant, run npm run bench:gas -- --write and commit it.");
  return complaints.length > 0 ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
