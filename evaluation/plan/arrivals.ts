import type { Hex } from "../../domain/hex.ts";
import { draw } from "../../domain/seed.ts";
import { lnMicro } from "../integers/lnMicro.ts";
import { type LoadStratum, loadSteps } from "./loadSteps.ts";

/** One request of the load phase and when it arrives, in microseconds since its step began, whatever became of the others. */
export interface Arrival {
  readonly item: number;
  readonly probe: number;
  readonly offset: number;
}

/** One load: its requests in the order of their arrival. */
export interface LoadStep {
  readonly stratum: LoadStratum;
  readonly arrivals: readonly Arrival[];
}

/** A draw decides a gap by its lowest 32 bits. */
const resolution = 2 ** 32;

/**
 * Poisson arrivals: gaps are exponential, −ln(u) times the mean, in integers. Request i of a step belongs to load item i: their
 * questions are independent draws, so that a shuffle would add nothing.
 * @param items indices of the load items in the plan
 * @param declaredRate requests a second
 */
export function loadArrivals(items: readonly number[], seed: Hex, declaredRate: number): LoadStep[] {
  if (items.length === 0) return [];
  return loadSteps.map(({ stratum, shareBps }, probe) => {
    // In millionths of the mean gap; at most 22 gaps each, so the products below stay safe integers.
    let elapsed = 0;
    const arrivals = items.map((item, index): Arrival => {
      const u = 1 + Number(draw(seed, `arrival-${stratum}`, BigInt(index)) % BigInt(resolution));
      elapsed += lnMicro(resolution, u);
      return { item, probe, offset: Math.floor((elapsed * 10_000) / (declaredRate * shareBps)) };
    });
    return { stratum, arrivals };
  });
}
