import { ponder } from "ponder:registry";
import { type LogEntry, logKinds } from "../../domain/resultLog.ts";
import { extendLog, inheritLog, keepLog, startLog } from "./foldLog.ts";

// No entry of the feed: what it logs has an event of its own in the same transaction.
ponder.on("Assay:ResultLogged", async ({ event, context }) => {
  const { versionId, memoryBefore, entry } = event.args;
  const logged: LogEntry = {
    ...entry,
    kind: BigInt(entry.kind),
    roundId: BigInt(entry.roundId),
    appliedAt: BigInt(entry.appliedAt),
  };
  if (logged.kind === logKinds.inherited) await inheritLog(context, versionId);
  else if (memoryBefore !== 0n) await startLog(context, versionId, memoryBefore);
  await extendLog(context, versionId, logged);
  // Whether a result of the version itself failed, ResultPosted tells, which follows.
  if (logged.kind === logKinds.carried) await keepLog(context, versionId, logged.appliedAt);
});
