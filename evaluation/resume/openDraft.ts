import { rm, stat } from "node:fs/promises";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import { maxResumes, type ResumeRecord } from "../evidence/evidenceRecord.ts";
import { EvidenceFolderError, EvidenceWriter } from "../evidence/evidenceWriter.ts";
import { makeFolder } from "../evidence/makeFolder.ts";
import type { Pack } from "../suite/pack.ts";
import { lockDraft } from "./draftLock.ts";
import { type Draft, readDraft } from "./readDraft.ts";
import { ResumeRefusedError } from "./resumeRefusedError.ts";
import { draftPath } from "./unfinishedRun.ts";

/** A run that may begin, or go on. */
export interface OpenedDraft {
  readonly evidence: EvidenceWriter;
  /** What an interrupted run has left; null for a new one. */
  readonly before: Draft | null;
  /** Where the run's clock begins, in microseconds. */
  readonly startsAt: number;
}

export interface OpenDraftOptions {
  readonly outDir: string;
  /** Canonical JSON of the header: what is asked, which names the draft. */
  readonly header: string;
  /** Those of the suite: the header only names the private ones. */
  readonly packs: readonly Pack[];
  /** Whether an unfinished run of the same header is gone on with. */
  readonly resume: boolean;
}

/**
 * Begins a run's evidence, or takes up what an interrupted run left. The clock goes on where it stood plus the time that has passed.
 * @throws EvidenceFolderError, ResumeRefusedError
 */
export async function openDraft({ outDir, header, packs, resume }: OpenDraftOptions): Promise<OpenedDraft> {
  const path = draftPath(outDir, header);
  await makeOutDir(outDir);
  const lock = lockDraft(path);
  try {
    const found = await stat(path).catch(() => null);
    const before = found && (await readDraft(path, packs));
    if (before && before.observations.length > 0 && !resume)
      throw new ResumeRefusedError(
        `${path} is an unfinished run of the same plan; resume it, or remove it to start over`,
      );
    if (!found || !before || before.observations.length === 0) {
      await rm(path, { force: true });
      const evidence = await EvidenceWriter.create({ outDir, path, lock });
      evidence.write(header);
      return { evidence, before: null, startsAt: 0 };
    }
    if (before.resumes.length >= maxResumes)
      throw new ResumeRefusedError(`${path} was resumed ${maxResumes} times already; remove it to start over`);
    const evidence = await EvidenceWriter.create({ outDir, path, lock, kept: before });
    const gap = Math.max(0, Math.round((Date.now() - found.mtimeMs) * 1000));
    const startsAt = before.lastTime + gap;
    evidence.write(canonicalJson({ kind: "resume", at: startsAt, gap } satisfies ResumeRecord));
    return { evidence, before, startsAt };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function makeOutDir(outDir: string): Promise<void> {
  try {
    await makeFolder(outDir);
  } catch (cause) {
    throw new EvidenceFolderError(outDir, cause);
  }
}
