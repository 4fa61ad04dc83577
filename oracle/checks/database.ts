import { connectPostgres, describePostgres } from "../database/connectPostgres.ts";
import type { DatabasePlace } from "../database/databasePlace.ts";
import { lockDataDirectory } from "../database/lockDataDirectory.ts";
import type { NodeConfig } from "../node/nodeConfig.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { type CheckResult, failFrom, ok } from "./check.ts";
import { isNode } from "./port.ts";

/** Whether the database can be had: its directory is free, or its server lets this node in. */
export async function checkDatabase(
  place: DatabasePlace,
  { dataDir, host, port }: Pick<NodeConfig, "dataDir" | "host" | "port">,
  whileRunning: boolean,
): Promise<CheckResult> {
  try {
    lockDataDirectory("directory" in place ? place.directory : dataDir).release();
    if ("directory" in place) return ok("database", `embedded, in ${place.directory}`);
    const client = await connectPostgres(place);
    const value = `${describePostgres(client)}, schema ${place.schema}`;
    await client.end();
    return ok("database", value);
  } catch (error) {
    if (!(error instanceof RefusedStart)) throw error;
    if (whileRunning && (await isNode({ host, port })))
      return ok("database", `in use by the node that runs at ${host}:${port}`);
    return failFrom("database", error);
  }
}
