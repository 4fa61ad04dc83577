import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { isDirectoryLocked } from "../database/directoryLock.ts";
import type { NodeConfig } from "../node/nodeConfig.ts";
import { askOnce } from "./askOnce.ts";
import { type CheckResult, fail, ok } from "./check.ts";

/**
 * Whether status and metrics can be served where the configuration says.
 * @param whileRunning The node itself may be listening there.
 */
export async function checkPort(
  { host, port, dataDir }: Pick<NodeConfig, "host" | "port" | "dataDir">,
  whileRunning: boolean,
): Promise<CheckResult> {
  const place = `${host}:${port}`;
  const code = await whyNotFree(host, port);
  if (code === undefined) return ok("port", port === 0 ? `any free one at ${host}` : `${place} is free`);
  if (code === "EADDRINUSE") {
    // Another node may answer there as well: this one holds its data directory.
    const runs = [dataDir, join(dataDir, "observer")].some(isDirectoryLocked);
    if (whileRunning && runs && (await isNode({ host, port })))
      return ok("port", `the node itself answers at ${place}`);
    return fail("port", `${place} is taken by another process`, "choose another port, or end that process");
  }
  return fail("port", `cannot listen on ${place} (${code})`, remedies[code] ?? "correct host or port");
}

const remedies: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: "host is no address of this machine: 127.0.0.1 is, and 0.0.0.0 means all of them",
  ENOTFOUND: "host is no address of this machine: 127.0.0.1 is, and 0.0.0.0 means all of them",
  EACCES: "choose a port above 1023",
};

async function whyNotFree(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? `${error.code}` : "unknown";
  } finally {
    server.close();
  }
}

/** Whether an evaluator's node answers there, and nothing else. */
export async function isNode({ host, port }: Pick<NodeConfig, "host" | "port">): Promise<boolean> {
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host;
  return askOnce(`http://${reached}:${port}/status`, () => 0).then(
    ({ status, text }) => status === 200 && /"evaluator":"0x[0-9a-fA-F]{40}"/.test(text),
    () => false,
  );
}
