import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** The saved devnet cannot be continued as it was asked for; the message says why and what to do. */
export class ContinueError extends Error {
  override name = "ContinueError";
}

const modelSchema = z.strictObject({ name: z.string(), modelId: z.string(), owner: z.string() });
const portsSchema = z.strictObject({
  chain: z.number(),
  indexer: z.number(),
  board: z.number(),
  models: z.number(),
  evaluator1: z.number(),
  evaluator2: z.number(),
  evaluator3: z.number(),
});
const savedSchema = z.strictObject({
  /** See `fingerprintOf`. */
  fingerprint: z.string(),
  ports: portsSchema,
  models: z.array(modelSchema),
});

/** What a devnet leaves beside its databases for the next start. Written last: where it stands, the devnet is whole. */
export type SavedDevnet = z.infer<typeof savedSchema>;
export type DevnetModel = z.infer<typeof modelSchema>;

const artifacts = new URL("../../artifacts/contracts/", import.meta.url);

/** What must be the same for a saved chain to mean the same: the contracts' code and the settings they were deployed with. */
export function fingerprintOf(settings: unknown): string {
  const hash = createHash("sha256");
  for (const name of ["Assay", "PolicyBoard", "AssayLens"]) {
    hash.update(readFileSync(new URL(`${name}.sol/${name}.json`, artifacts)));
  }
  const text = JSON.stringify(settings, (_, value) => (typeof value === "bigint" ? `${value}` : value));
  return hash.update(text).digest("hex");
}

const fileIn = (dir: string) => join(dir, "devnet.json");

/**
 * The devnet an earlier start left in this directory, or undefined when there is none.
 * @throws ContinueError when there is one that this code cannot go on with.
 */
export function readSavedDevnet(dir: string, fingerprint: string): SavedDevnet | undefined {
  if (!existsSync(fileIn(dir))) return undefined;
  const parsed = savedSchema.safeParse(JSON.parse(readFileSync(fileIn(dir), "utf8")));
  if (!parsed.success || parsed.data.fingerprint !== fingerprint) {
    throw new ContinueError(`the devnet saved in ${dir} was made by other contracts or settings: start with --fresh`);
  }
  return parsed.data;
}

export function writeSavedDevnet(dir: string, saved: SavedDevnet): void {
  writeFileSync(fileIn(dir), `${JSON.stringify(saved, null, 2)}\n`);
}
