/** What a number of requests took. */
export interface Cost {
  readonly requests: number;
  readonly wallMs: number;
  /** User and system, all threads of the process. */
  readonly cpuMicros: number;
}

/** Wall-clock and CPU of `work`, which returns how many requests it made. */
export async function costOf(work: () => Promise<number>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const requests = await work();
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { requests, wallMs, cpuMicros: user + system };
}

/** Keeps `concurrency` requests in flight until `count` are done. @param send Makes the n-th request. */
export async function closedLoop(
  { count, concurrency }: { count: number; concurrency: number },
  send: (nth: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const work = async () => {
    while (next < count) await send(next++);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return count;
}
