import type { Item } from "../plan/probe.ts";
import { unitsOf } from "../plan/unitsOf.ts";
import type { Suite } from "../suite/suite.ts";

/**
 * Whether nothing more is to be sent for an item: each probe succeeded or was tried as often as the suite allows, which ends its unit:
 * a turn that never succeeds ends its conversation.
 */
export function isOver(
  item: Pick<Item, "family" | "probes">,
  attempts: readonly { readonly probe: number; readonly attempt: number; readonly failure: string | null }[],
  { transport }: Pick<Suite, "transport">,
): boolean {
  return unitsOf(item).every((unit) => {
    for (const probe of unit) {
      const own = attempts.filter((entry) => entry.probe === probe);
      if (own.some(({ failure }) => failure === null)) continue;
      return own.length > transport.retryDelaysMs.length;
    }
    return true;
  });
}
