import type { Hex } from "../../domain/hex.ts";
import type { EndRecord } from "../evidence/evidenceRecord.ts";
import { wordHex } from "../report.ts";
import type { Verdict } from "./judge.ts";
import { wordOf } from "./summarise.ts";

/**
 * The last line of a blob: what is posted.
 * @param preceding SHA-256 of every byte before it
 */
export function endRecord(verdict: Verdict, attempts: number, preceding: Hex): EndRecord {
  return {
    kind: "end",
    attempts,
    items: verdict.items.length,
    preceding,
    root: verdict.tree.root.hash,
    sums: [...verdict.sums],
    counts: [...verdict.counts],
    voided: verdict.voided,
    word: wordHex(wordOf(verdict)),
  };
}
