import { z } from "zod";
import { ReplayMismatch } from "../replay/replayMismatch.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { attemptSchema, canarySchema, endSchema, headerSchema, phaseSchema, resumeSchema } from "./evidenceRecord.ts";
import { sha256 } from "./sha256.ts";

const recordSchema = z.discriminatedUnion("kind", [
  headerSchema,
  attemptSchema,
  phaseSchema,
  canarySchema,
  resumeSchema,
  endSchema,
]);
export type EvidenceRecord = z.infer<typeof recordSchema>;

/** A record with what the line says and what its bytes say about its hash. */
export interface ParsedLine {
  readonly where: string;
  readonly record: EvidenceRecord;
  /** SHA-256 of the record's bytes (64 hex digits). */
  readonly hash: string;
  /** The hash the line itself names. */
  readonly namedHash: string;
}

const opening = '{"hash":"';
const middle = '","record":';
const hashEnd = opening.length + 64;
const recordStart = hashEnd + middle.length;

/**
 * Takes a line apart. Whether its hash fits is for `checkHash`, so that a reader can first look for the field that changed.
 * @throws ReplayMismatch when it is no canonical record in its envelope
 */
export function parseLine(bytes: Buffer, number: number): ParsedLine {
  const where = `line ${number}`;
  const envelope =
    bytes.toString("latin1", 0, opening.length) === opening &&
    bytes.toString("latin1", hashEnd, recordStart) === middle &&
    bytes.at(-1) === 0x7d;
  if (!envelope) throw new ReplayMismatch(where, `is not of the form ${opening}…${middle}{…}}`);
  const raw = bytes.subarray(recordStart, -1);
  const record = parseRecord(raw, where);
  return { where, record, hash: sha256(raw), namedHash: bytes.toString("latin1", opening.length, hashEnd) };
}

/** @throws ReplayMismatch when a byte of the record or of its hash was changed */
export function checkHash({ hash, namedHash }: ParsedLine, where: string): void {
  if (hash !== namedHash) {
    throw new ReplayMismatch(
      `${where}, field hash`,
      `the record's SHA-256 is ${hash}, the line names ${printable(namedHash)}`,
    );
  }
}

function parseRecord(raw: Buffer, where: string): EvidenceRecord {
  const text = raw.toString("utf8");
  const value = parseJson(text, where);
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.map(String).join(".") || "(record)";
    throw new ReplayMismatch(`${where}, field ${path}`, issue?.message ?? "is not valid");
  }
  if (canonicalText(value, where) !== text) throw new ReplayMismatch(where, "is not in canonical form");
  return parsed.data;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ReplayMismatch(where, "is not JSON");
  }
}

function canonicalText(value: unknown, where: string): string {
  try {
    return canonicalJson(value);
  } catch (error) {
    throw new ReplayMismatch(where, error instanceof Error ? error.message : "has no canonical form");
  }
}

/** Hostile text for a terminal: ASCII only. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
