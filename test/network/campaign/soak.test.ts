import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { killAll } from "../../oracle/runProcess.ts";
import { runSoak } from "./soak.ts";

const minutes = Number(process.env.ASSAY_SOAK_MINUTES ?? 30);
const epochLength = BigInt(process.env.ASSAY_SOAK_EPOCH ?? 40);
/** What a process may take at the end more than after its warm-up. */
const allowance = { factor: 1.25, megabytes: 32 };

const directory = mkdtempSync(join(tmpdir(), "assay-soak-"));
afterAll(() => {
  killAll();
  rmSync(directory, { recursive: true });
});

test(
  `behavior: ${minutes} minutes of short rounds with 20 models and seven nodes: no round is missed, memory stays flat`,
  async () => {
    const say = (line: string): void => {
      process.stderr.write(`${line}\n`);
    };
    const { missed, memory } = await runSoak({ directory, minutes, seats: 7, models: 20, epochLength, say });
    expect(missed).toEqual([]);
    for (const { early, late } of memory) expect(late).toBeLessThan(early * allowance.factor + allowance.megabytes);
  },
  (minutes + 10) * 60_000,
);
