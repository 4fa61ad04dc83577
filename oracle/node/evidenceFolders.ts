import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { disputeOfSession } from "../messages/session.ts";

/** Where the evidence of a session is. */
export function sessionFolder(evidenceDir: string, session: bigint): string {
  const disputeId = disputeOfSession(session);
  return join(evidenceDir, disputeId === undefined ? `round-${session}` : `dispute-${disputeId}`);
}

/** Deletes the evidence of rounds before `roundId`. */
export async function forgetRoundFolders(evidenceDir: string, roundId: bigint): Promise<void> {
  for (const { path, id } of await foldersOf("round", evidenceDir)) if (id < roundId) await remove(path);
}

/**
 * Deletes the evidence of disputes that are not needed and in which nothing was written since the oldest round that is left here: so it
 * is kept as long as a round's, whoever measured, and however often it was started again.
 * @returns ids of the disputes
 */
export async function forgetDisputeFolders(
  evidenceDir: string,
  isNeeded: (disputeId: bigint) => boolean,
): Promise<bigint[]> {
  const rounds = await Promise.all((await foldersOf("round", evidenceDir)).map(({ path }) => changedAt(path)));
  const oldest = Math.min(...rounds);
  const forgotten: bigint[] = [];
  for (const { path, id } of await foldersOf("dispute", evidenceDir)) {
    if (rounds.length === 0 || isNeeded(id) || (await lastWritten(path)) >= oldest) continue;
    await remove(path);
    forgotten.push(id);
  }
  return forgotten;
}

interface Folder {
  readonly path: string;
  readonly id: bigint;
}

async function foldersOf(kind: "round" | "dispute", evidenceDir: string): Promise<Folder[]> {
  const names = await readdir(evidenceDir).catch(() => []);
  return names.flatMap((name) => {
    const [, found, id] = /^(round|dispute)-(\d{1,20})$/.exec(name) ?? [];
    return found === kind && id !== undefined ? [{ path: join(evidenceDir, name), id: BigInt(id) }] : [];
  });
}

/** Milliseconds; what is gone meanwhile is as old as can be. */
const changedAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

async function lastWritten(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return Math.max(...(await Promise.all([folder, ...names.map((name) => join(folder, name))].map(changedAt))));
}

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
