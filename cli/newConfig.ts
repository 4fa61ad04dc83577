import { access, constants, copyFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { JsonDocument } from "../evaluation/document/jsonDocument.ts";
import { makeFolder } from "../evaluation/evidence/makeFolder.ts";
import { readDeployment } from "../oracle/service/readConfig.ts";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import { configTemplate, type GivenValues } from "./configTemplate.ts";
import type { Surroundings } from "./surroundings.ts";

/** A configuration that is about to be written. */
export interface NewConfig {
  readonly file: string;
  readonly schema: z.ZodType;
  readonly given: GivenValues;
  readonly heading: readonly string[];
  /** Deployment file of the network, and where its copy goes. */
  readonly deployment: { readonly from: string | undefined; readonly to: string };
}

/**
 * Writes a commented configuration into a folder that is its owner's alone, with a copy of the deployment file. Overwrites nothing.
 * @throws RefusedStart before anything is written, with all that is wrong with the given values; or when the file is there
 */
export async function writeNewConfig({ file, schema, given, heading, deployment }: NewConfig): Promise<void> {
  const text = configTemplate(schema, given, heading);
  JsonDocument.parseJson5(text, file, RefusedStart).checkAll(schema, RefusedStart);
  if (deployment.from !== undefined) readDeployment(deployment.from);
  await makeFolder(dirname(file), 0o700).catch((cause: Error) => {
    throw new RefusedStart(`${dirname(file)} cannot be made (${cause.message}): name another folder`, { cause });
  });
  const copies = deployment.from !== undefined && resolve(deployment.from) !== deployment.to;
  // A deployment that is there already may be another network's.
  for (const place of copies ? [file, deployment.to] : [file]) await requireFree(place);
  await writeFile(file, text, { flag: "wx", mode: 0o600 });
  if (deployment.from !== undefined && copies) await copyFile(deployment.from, deployment.to, constants.COPYFILE_EXCL);
}

async function requireFree(place: string): Promise<void> {
  const isThere = await access(place).then(
    () => true,
    () => false,
  );
  if (isThere) throw new RefusedStart(`${place} exists already: name another folder, or remove the file first`);
}

/** Says what was written and what to do next, in words or as one JSON object. */
export function tellNext(
  { stdout }: Surroundings,
  json: boolean,
  told: { file: string; next: readonly string[] },
): void {
  const { file, next } = told;
  const steps = next.map((step, i) => `  ${i + 1}. ${step}`).join("\n");
  stdout(json ? `${JSON.stringify({ ok: true, file, next })}\n` : `written: ${file}\nnext:\n${steps}\n`);
}
