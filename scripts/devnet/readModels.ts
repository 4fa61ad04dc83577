import type { Family } from "../../domain/families.ts";

/** What the devnet shows of one model; read from GraphQL, like everybody else does. */
export interface ModelView {
  name: string;
  modelId: string;
  state: string;
  admitted: boolean;
  /** Codes of the reasons it is refused for; empty exactly when admitted. */
  reasons: string[];
  /** The same as sentences. */
  why: string[];
  rounds: number;
  /** Remembered rate of each family in bps, and whether it clears its bar. */
  families: Record<Family, { bps: number; bar: number; gated: boolean; passes: boolean }>;
  /** Retries of the last result. */
  retries: number;
  /** Scar, in items. */
  scar: number;
  /** Active stake in whole tokens. */
  stake: number;
  /** Share of the highest possible weight, 0..1. */
  weight: number;
}
