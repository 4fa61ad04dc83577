import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { sha256 } from "../evidence/sha256.ts";
import type { RunIdentity } from "../grading/runIdentity.ts";
import type { Pack } from "../suite/pack.ts";
import { readDraft } from "./readDraft.ts";
import { ResumeRefusedError } from "./resumeRefusedError.ts";

const draftName = /^unfinished-[0-9a-f]{16}\.part$/;

/** An interrupted run, as its draft tells it. */
export interface UnfinishedRun {
  readonly path: string;
  readonly folder: string;
  readonly identity: RunIdentity;
  readonly referenceUrl: string | null;
  /** Attempts that are recorded. */
  readonly attempts: number;
}

/** Where the draft of a run lies: the same question asked again finds the same draft. @param header its canonical JSON */
export function draftPath(outDir: string, header: string): string {
  return join(outDir, `unfinished-${sha256(header).slice(0, 16)}.part`);
}

/** The unfinished runs of a folder; none when there is no such folder. */
export async function unfinishedIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => draftName.test(name)).map((name) => join(folder, name));
}

/**
 * Finds the one unfinished run that a folder holds, or that a draft's path names.
 * @param packs opened private packs that its suite may commit to
 * @throws ResumeRefusedError when there is none, or more than one, or it was changed
 */
export async function findUnfinished(place: string, packs: readonly Pack[] = []): Promise<UnfinishedRun> {
  const isDraft = draftName.test(basename(place)) && (await stat(place).catch(() => null))?.isFile();
  const [path, ...others] = isDraft ? [place] : await unfinishedIn(place);
  if (path === undefined)
    throw new ResumeRefusedError(`${place} holds no unfinished run; start one with --out ${place}`);
  if (others.length > 0)
    throw new ResumeRefusedError(`${place} holds ${others.length + 1} unfinished runs; name one of them: ${path} …`);
  const draft = await readDraft(path, packs);
  if (draft === null)
    throw new ResumeRefusedError(`${path} was interrupted before it asked anything: remove it and start anew`);
  const { opened, observations } = draft;
  const { identity, referenceUrl } = opened;
  return { path, folder: dirname(path), identity, referenceUrl, attempts: observations.length };
}
