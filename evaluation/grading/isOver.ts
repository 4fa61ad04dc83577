import type { Item } from "../plan/probe.ts";
import type { Suite } from "../suite/suite.ts";

/** Whether nothing more is to be sent for an item: each probe succeeded or was tried as often as the suite allows. */
export function isOver(
  { family, probes }: Pick<Item, "family" | "probes">,
  attempts: readonly { readonly probe: number; readonly attempt: number; readonly failure: string | null }[],
  { transport }: Pick<Suite, "transport">,
): boolean {
  for (let probe = 0; probe < probes.length; probe++) {
    const own = attempts.filter((entry) => entry.probe === probe);
    if (own.some(({ failure }) => failure === null)) continue;
    if (own.length <= transport.retryDelaysMs.length) return false;
    // A turn that never succeeds ends its conversation.
    if (family === "C") return true;
  }
  return true;
}
