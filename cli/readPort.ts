import { UsageError } from "./exitCode.ts";

/** A port from the command line; how large it may be is the configuration's to say. @throws UsageError */
export function readPort(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--port ${text}: expected a port from 0 to 65535`);
  return Number(text);
}
