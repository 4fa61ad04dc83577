import type { RunStats } from "../evaluation.ts";
import { grouped } from "./figures.ts";

/** `twice` or `3 times`, and for how long nothing was measured; null when the run went through. */
export function interruptionWords({
  interruptions: { count, gapMicros },
}: Pick<RunStats, "interruptions">): string | null {
  if (count === 0) return null;
  const times = ["once", "twice"][count - 1] ?? `${count} times`;
  return `${times}, ${grouped(Math.ceil(gapMicros / 1_000_000))} s in all, and resumed`;
}
