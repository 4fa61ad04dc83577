import { fork } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import type { ClientName, Job } from "./clients.ts";
import type { Cost } from "./cost.ts";

const costSchema = z.object({ requests: z.number(), wallMs: z.number(), cpuMicros: z.number() });

/** A client that hangs is given up after this long. */
const limitMs = 180_000;

/** A client could not be measured. */
export class ClientFailed extends Error {
  override name = "ClientFailed";
}

/** Measures a client in a process of its own, so that none pays for another's memory, timers or compiled code. @throws ClientFailed */
export async function measureClient(client: ClientName, { endpoint, folder }: Job): Promise<Cost> {
  const child = fork(new URL("./client.ts", import.meta.url), [client, endpoint, folder], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaint = "";
  child.stderr?.on("data", (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-20_000);
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
  let cost: unknown;
  child.once("message", (message) => {
    cost = message;
  });
  // Not "exit": what it complained of may still be in the pipe then.
  await once(child, "close");
  clearTimeout(limit);
  const parsed = costSchema.safeParse(cost);
  if (parsed.success) return parsed.data;
  const reason =
    /^\w*Error.*$/m.exec(complaint)?.[0] ??
    (child.killed ? `no answer within ${limitMs / 1000} s` : `exit code ${child.exitCode}`);
  throw new ClientFailed(reason);
}
