/**
 * `node scripts/layouts.ts --write | --check`: where each contract keeps what in its storage, as the compiler laid it out, in `snapshots/layouts.json`.
 * `--check` exits 1 when a layout is not the committed one. Both refuse contracts above the limit of EIP-170 in the build that tests use.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { oversized } from "./bench/codeLimit.ts";
import { compile } from "./compile.ts";

/** Contracts with storage, by source file below contracts/. */
const stateful = [
  "Assay",
  "AssayVault",
  "PolicyBoard",
  "Court",
  "Inspector",
  "adapters/ERC8004Adapter",
  "arbitrators/OwnerArbitrator",
] as const;
const deployed = [...stateful, "AssayLens", "LogReplayer"] as const;

const root = new URL("..", import.meta.url);
const snapshot = new URL("snapshots/layouts.json", root);

const artifactSchema = z.object({ buildInfoId: z.string(), deployedBytecode: z.string() });
const variableSchema = z.object({ slot: z.string(), offset: z.number(), label: z.string(), type: z.string() });
const typeSchema = z.object({ label: z.string(), members: z.array(variableSchema).optional() });
const layoutSchema = z.object({
  storage: z.array(variableSchema),
  types: z
    .record(z.string(), typeSchema)
    .nullable()
    .transform((types) => types ?? {}),
});
const buildOutputSchema = z.object({
  output: z.object({ contracts: z.record(z.string(), z.record(z.string(), z.looseObject({}))) }),
});
type Layout = z.infer<typeof layoutSchema>;
type Variable = z.infer<typeof variableSchema>;

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

function readArtifact(path: string) {
  const file = new URL(`artifacts/contracts/${path}.sol/${nameOf(path)}.json`, root);
  return artifactSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

function readLayout(path: string): Layout {
  const file = new URL(`artifacts/build-info/${readArtifact(path).buildInfoId}.output.json`, root);
  const { contracts } = buildOutputSchema.parse(JSON.parse(readFileSync(file, "utf8"))).output;
  return layoutSchema.parse(contracts[`project/contracts/${path}.sol`]?.[nameOf(path)]?.storageLayout);
}

/** The compiler's type names carry numbers that change with any edit: its words for them do not. */
function readable({ storage, types }: Layout) {
  const named = ({ slot, offset, label, type }: Variable) => ({
    slot,
    offset,
    label,
    type: types[type]?.label ?? type,
  });
  const structs = Object.values(types).flatMap(({ label, members }) => (members ? [{ label, members }] : []));
  return {
    storage: storage.map(named),
    structs: Object.fromEntries(
      structs.sort((a, b) => (a.label < b.label ? -1 : 1)).map(({ label, members }) => [label, members.map(named)]),
    ),
  };
}

function main(option: string | undefined): number {
  if (option !== "--write" && option !== "--check") {
    console.error("say --write or --check");
    return 1;
  }
  compile();
  const sizes = Object.fromEntries(
    deployed.map((path) => [nameOf(path), (readArtifact(path).deployedBytecode.length - 2) / 2]),
  );
  const complaints = oversized(sizes);
  const layouts = Object.fromEntries(stateful.map((path) => [nameOf(path), readable(readLayout(path))]));
  const now = `${JSON.stringify(layouts, null, 2)}\n`;
  if (option === "--write") writeFileSync(snapshot, now);
  else if (readFileSync(snapshot, "utf8") !== now) {
    complaints.push("storage layouts changed: if that is meant, run `node scripts/layouts.ts --write` and commit it");
  }
  for (const complaint of complaints) console.error(complaint);
  return complaints.length > 0 ? 1 : 0;
}

process.exitCode = main(process.argv[2]);
