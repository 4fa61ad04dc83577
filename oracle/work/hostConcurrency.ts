import { z } from "zod";

const maxPerHost = 64;
const perHost = z.number().int().min(1).max(maxPerHost);

/** Configuration of how much one endpoint's host is asked at the same time. */
export const hostConcurrencyFields = {
  /** Measurements at one endpoint's host at the same time, over this process and all its workers. */
  hostConcurrency: perHost
    .default(4)
    .describe(
      "Versions evaluated at one endpoint's host at the same time, over this process and all workers together. Each is asked at most " +
        "at its declared rate and concurrency; a host that serves several versions gets them so many at a time.",
    ),
  /** Hosts with a limit of their own, as `host` or `host:port`. */
  hostConcurrencyOf: z
    .record(z.string().min(1).max(261), perHost)
    .default({})
    .describe('Hosts with another limit, as "host" or "host:port": { "api.example.com": 16 }.'),
};

export interface HostConcurrency {
  readonly hostConcurrency: number;
  readonly hostConcurrencyOf: Readonly<Record<string, number>>;
}

/** The limit of a host, given with its port where that is not the scheme's. */
export function limitOf({ hostConcurrency, hostConcurrencyOf }: HostConcurrency, host: string): number {
  const { hostname } = new URL(`http://${host}`);
  return hostConcurrencyOf[host] ?? hostConcurrencyOf[hostname] ?? hostConcurrency;
}

/** A job's limit travels with it as the name of its tier, so that every worker keeps the limit of the node that gave the job out. */
export const tierOf = (limit: number): string => `${limit}`;

/** What pg-boss is to keep to when it gives out a job: of each host no more at once than the job's tier says. */
export const hostLimits = {
  default: 1,
  tiers: Object.fromEntries(Array.from({ length: maxPerHost }, (_, i) => [tierOf(i + 1), i + 1])),
};
