import { existsSync } from "node:fs";
import { cp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { makeFolder } from "../../evaluation/evidence/makeFolder.ts";

const packageDir = dirname(dirname(fileURLToPath(import.meta.resolve("@electric-sql/pglite"))));
/**
 * Where an empty cluster of the installed PGlite is kept: making one costs 3.5 seconds of CPU, copying one a tenth of that, and a
 * devnet makes four at once. Beside the package it belongs to, so that another version never finds it.
 */
const templateDir = join(packageDir, ".cache/empty-cluster");

/**
 * Makes an empty cluster at `target`, which must not exist. It appears there whole or not at all: a process that is killed while it
 * makes one leaves nothing that the next start would take for a database.
 */
export async function makeCluster(target: string): Promise<void> {
  await makeFolder(dirname(target));
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  const copied = await copyTemplate(partial);
  if (!copied) await initialise(partial);
  await rename(partial, target);
  if (!copied) await keepTemplate(target);
}

async function copyTemplate(partial: string): Promise<boolean> {
  if (!existsSync(templateDir)) return false;
  await cp(templateDir, partial, { recursive: true });
  return true;
}

async function initialise(directory: string): Promise<void> {
  const lite = await PGlite.create(directory);
  await lite.close();
}

/** Only a saving: where the package's directory cannot be written to, every cluster is made anew. */
async function keepTemplate(cluster: string): Promise<void> {
  const partial = `${templateDir}.${process.pid}.partial`;
  try {
    await cp(cluster, partial, { recursive: true });
    await rename(partial, templateDir);
  } catch {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
  }
}
