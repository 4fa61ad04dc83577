import { fork } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import type { ClientName, Job } from "./clients.ts";
import type { Cost } from "./cost.ts";

const answerSchema = z.union([
  z.object({ requests: z.number(), wallMs: z.number(), cpuMicros: z.number() }),
  z.object({ failed: z.string() }),
]);

/** A client that hangs is given up after this long. */
const limitMs = 180_000;

/** A client could not be measured. */
export class ClientFailed extends Error {
  override name = "ClientFailed";
}

/** Measures a client in a process of its own, so that none pays for another's memory, timers or compiled code. @throws ClientFailed */
export async function measureClient(client: ClientName, { endpoint, folder }: Job): Promise<Cost> {
  // What a peer prints is not ours to show.
  const child = fork(new URL("./client.ts", import.meta.url), [client, endpoint, folder], { silent: true });
  child.stdout?.resume();
  child.stderr?.resume();
  const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
  let answer: unknown;
  child.once("message", (message) => {
    answer = message;
  });
  await once(child, "exit");
  clearTimeout(limit);
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new ClientFailed(child.killed ? `no answer within ${limitMs / 1000} s` : "it crashed");
  if ("failed" in parsed.data) throw new ClientFailed(parsed.data.failed);
  return parsed.data;
}
