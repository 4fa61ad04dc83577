import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { killAll } from "../../oracle/runProcess.ts";
import { startTestPostgres, type TestPostgres } from "../../oracle/testPostgres.ts";
import { type CampaignFigures, runCrashCampaign } from "./crashCampaign.ts";

const kills = Number(process.env.ASSAY_CRASH_KILLS ?? 10);
const seed = Number(process.env.ASSAY_CRASH_SEED ?? 1);
const places = (process.env.ASSAY_CRASH_DATABASES ?? "PGlite,Postgres").split(",");
const patienceMs = 900_000 + kills * 60_000;
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

describe.each(places)("kill -9 at random moments, on %s", (place) => {
  const directory = mkdtempSync(join(tmpdir(), "assay-crash-"));
  let postgres: TestPostgres | undefined;
  let isOver = false;
  afterAll(async () => {
    killAll();
    await postgres?.close();
    // What a failed campaign leaves behind says why.
    if (isOver) rmSync(directory, { recursive: true });
    else say(`databases and logs are kept in ${directory}`);
  });

  test(
    `behavior: after ${kills} kills nothing was signed twice, every round is posted once, no report is lost`,
    async () => {
      if (place === "Postgres") postgres = await startTestPostgres();
      const url = postgres?.url;
      const figures: CampaignFigures = await runCrashCampaign({
        directory,
        kills,
        seed,
        databaseOf: (seat) => (url === undefined ? {} : { database: { url, schema: `node${seat}` } }),
        reorganise: process.env.ASSAY_CRASH_REORGS !== "0",
        say,
      });
      say(`${place}: ${JSON.stringify(figures)}`);
      const { contradictions, wrongRounds, lostReports, killed } = figures;
      expect({ contradictions, wrongRounds, lostReports, killed }).toEqual({
        contradictions: [],
        wrongRounds: [],
        lostReports: [],
        killed: kills,
      });
      isOver = true;
    },
    patienceMs,
  );
});
