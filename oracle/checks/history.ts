import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { LocalAccount } from "viem";
import { openSigningJournal } from "../history/signingJournal.ts";
import type { SigningDomain } from "../messages/messageDigest.ts";
import { historyOwner, journalPath } from "../node/openHistory.ts";
import { type CheckResult, fail, ok } from "./check.ts";

/** Whether the signing history in the data directory is this key's, on this chain and contract. */
export function checkHistory(
  dataDir: string,
  account: Pick<LocalAccount, "address">,
  domain: SigningDomain,
): CheckResult {
  const path = journalPath(resolve(dataDir));
  if (!existsSync(path)) return ok("history", "none yet: rounds that are open at the first start wait for every board");
  try {
    const journal = openSigningJournal(path);
    const [found, owner] = [journal.owner(), historyOwner(account, domain)];
    journal.close();
    return found === undefined || found === owner
      ? ok("history", `${path} is this key's`)
      : fail("history", `${path} is the history of ${found}, this node is ${owner}`, "give it a directory of its own");
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : "unknown";
    return fail("history", `${path} cannot be read (${reason})`, "restore it from a backup (docs/operating-a-node.md)");
  }
}
