import type { Command } from "commander";
import { configOption } from "./configOption.ts";
import { UsageError } from "./exitCode.ts";

/** Options of every command that sends as a seat's owner. */
export interface SeatFlags {
  readonly config: string;
  readonly seat: string;
  readonly ownerKey?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

export const addSeatOptions = (command: Command): Command =>
  command
    .addOption(configOption())
    .requiredOption("--seat <id>", "the seat's number, as `assay operator status` shows it")
    .option("--owner-key <file>", "key of the seat's owner: hex, JSON or a geth-v3 keystore")
    .option("--dry-run", "say what would be sent; send nothing")
    .option("--yes", "send it")
    .option("--json", "one JSON object on stdout");

/**
 * File of the owner's key when something is to be sent; undefined when nothing is.
 * @throws UsageError
 */
export function keyToSendWith({ yes, dryRun, ownerKey }: SeatFlags): string | undefined {
  if (!yes || dryRun) return undefined;
  if (ownerKey === undefined) throw new UsageError("--yes sends as the seat's owner: name its key with --owner-key");
  return ownerKey;
}

/** @throws UsageError */
export const parseSeat = (text: string): bigint => {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--seat ${text}: expected the number of a seat, such as 4`);
  return BigInt(text);
};
