import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { maxLineBytes } from "../evidence/readLines.ts";
import { type ReadSoFar, RecordReader } from "../replay/recordReader.ts";
import { ReplayMismatch } from "../replay/replayMismatch.ts";
import type { Pack } from "../suite/pack.ts";
import { SpoiltDraftError } from "./resumeRefusedError.ts";

const newline = 0x0a;
/** An end record that was written when the run was interrupted, before the blob had its name: it is written again. */
const endLine = /^\{"hash":"[0-9a-f]{64}","record":\{"attempts":\d+,"counts":/;

/** What is left of a run that was interrupted. */
export interface Draft extends ReadSoFar {
  /** Bytes of whole lines; what stands behind them is a line that was cut. */
  readonly bytes: number;
  /** Over those bytes. */
  readonly blobHash: Hash;
}

/**
 * Reads a draft under the same checks as a replay. A last line that was cut, or an end that came too early to count, is left out.
 * @param packs opened private packs that the suite may commit to
 * @returns null when the run was interrupted before its first line stood there
 * @throws SpoiltDraftError when it is not what the run wrote
 */
export async function readDraft(path: string, packs: readonly Pack[]): Promise<Draft | null> {
  const reader = new RecordReader(packs);
  let bytes = 0;
  try {
    for await (const line of wholeLines(path)) {
      if (endLine.test(line.toString("latin1", 0, 120))) break;
      reader.take(line);
      bytes += line.length + 1;
    }
    if (bytes === 0) return null;
    return { ...reader.soFar(), bytes, blobHash: reader.blobHash.copy() };
  } catch (error) {
    if (!(error instanceof ReplayMismatch)) throw error;
    const why = `cannot be resumed: ${error.message}; it is not what the run wrote: remove it to start over`;
    throw new SpoiltDraftError(path, why, { cause: error });
  }
}

/** Lines without their line ends; a last one without an end is dropped, zeros of a power cut with it. */
async function* wholeLines(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline, start)) {
      yield rest.subarray(start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > maxLineBytes) return;
  }
}
