import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Mutant } from "./Mutant.ts";

/** A mutant that no test can kill, and why. Without line numbers, so that it outlives edits elsewhere in the file. */
const equivalentSchema = z.strictObject({
  file: z.string(),
  /** The function (or constant) it lies in. */
  scope: z.string(),
  /** The changed lines as the report prints them. */
  before: z.string(),
  after: z.string(),
  reason: z.string().min(20),
});
export type Equivalent = z.infer<typeof equivalentSchema>;

export function readEquivalents(): Equivalent[] {
  const file = new URL("equivalent.json", import.meta.url);
  return z.array(equivalentSchema).parse(JSON.parse(readFileSync(file, "utf8")));
}

function isSame(entry: Equivalent, mutant: Mutant): boolean {
  return (
    entry.file === mutant.file &&
    entry.scope === mutant.scope &&
    entry.before === mutant.before &&
    entry.after === mutant.after
  );
}

export function equivalentOf(entries: readonly Equivalent[], mutant: Mutant): Equivalent | undefined {
  return entries.find((entry) => isSame(entry, mutant));
}

/** Entries that no mutant of their file answers to: what they explain is gone. */
export function staleEquivalents(entries: readonly Equivalent[], mutants: readonly Mutant[]): Equivalent[] {
  const files = new Set(mutants.map(({ file }) => file));
  return entries.filter((entry) => files.has(entry.file) && !mutants.some((mutant) => isSame(entry, mutant)));
}
