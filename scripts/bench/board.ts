/**
 * `npm run bench:board [-- --json]`: messages a second that a board takes (signed by seats of its chain, verified, committed) and pages a
 * second that it serves, for 1 and for 32 clients, on PGlite and on Postgres. Beside it, in the same run: the same server and database
 * without any checks, and one thread that only recovers signatures. The board is a process of its own, as an operator runs it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cpuMsOf } from "../../test/network/processFigures.ts";
import { killAll, type RunningProcess, startProcess } from "../../test/oracle/runProcess.ts";
import { startTestPostgres } from "../../test/oracle/testPostgres.ts";
import { readingSpeed, takingSpeed, verifyingSpeed } from "./board/boardSpeed.ts";
import { type BoardStage, openBoardStage } from "./board/boardStage.ts";

const { values } = parseArgs({ options: { json: { type: "boolean" } } });
const pages = 1_000;
/** Messages before the clock runs: what a process does the first time is no speed. */
const warmUp = 100;
const goal = 200;

interface Row {
  readonly server: "board" | "unverified";
  readonly database: "PGlite" | "Postgres";
  readonly clients: number;
  readonly messagesPerSecond: number;
  /** CPU of the server's process, all its threads; of Postgres' own processes nothing is in it. */
  readonly cpuMsPerMessage: number;
  readonly pagesPerSecond: number;
}

type Measured = Omit<Row, "server" | "database">;

async function measure(running: RunningProcess, { messages }: BoardStage): Promise<Measured[]> {
  const { url, pid } = running;
  await takingSpeed(url, messages.commitments.slice(0, warmUp), 4);
  await readingSpeed(url, warmUp, 4);
  const rows: Measured[] = [];
  for (const [clients, bodies] of [
    [1, messages.commitments.slice(warmUp)],
    [32, messages.reports],
  ] as const) {
    const cpuMs = cpuMsOf(pid);
    const messagesPerSecond = await takingSpeed(url, bodies, clients);
    const cpuMsPerMessage = Number(((cpuMsOf(pid) - cpuMs) / bodies.length).toFixed(2));
    const pagesPerSecond = await readingSpeed(url, pages, clients);
    rows.push({ clients, messagesPerSecond, cpuMsPerMessage, pagesPerSecond });
  }
  await running.stop("SIGTERM");
  return rows;
}

const folder = mkdtempSync(join(tmpdir(), "assay-bench-peer-"));
const stage = await openBoardStage();
const postgres = await startTestPostgres();
try {
  const rows: Row[] = [];
  for (const database of ["PGlite", "Postgres"] as const) {
    const url = database === "Postgres" ? postgres.url : undefined;
    const board = await stage.startBoard(database.toLowerCase(), url);
    for (const row of await measure(board, stage)) rows.push({ server: "board", database, ...row });
    const peer = await startProcess("scripts/bench/board/peerServer.ts", url ?? join(folder, "peer"));
    for (const row of await measure(peer, stage)) rows.push({ server: "unverified", database, ...row });
  }
  await verifyingSpeed(stage.messages.commitments.slice(0, warmUp), stage.domain);
  const verifiedPerSecond = await verifyingSpeed(stage.messages.reports, stage.domain);
  if (values.json) console.log(JSON.stringify({ rows, verifiedPerSecond, goal }));
  else print(rows, verifiedPerSecond);
} finally {
  killAll();
  await postgres.close();
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
}

function print(rows: readonly Row[], verifiedPerSecond: number): void {
  const line = (...[server, database, ...figures]: readonly (string | number)[]) =>
    console.log(
      `${server}`.padEnd(12) + `${database}`.padEnd(10) + figures.map((each) => `${each}`.padStart(13)).join(""),
    );
  line("server", "database", "clients", "messages/s", "CPU ms/msg", "pages/s");
  for (const row of rows)
    line(row.server, row.database, row.clients, row.messagesPerSecond, row.cpuMsPerMessage, row.pagesPerSecond);
  console.log(`a page has 100 messages; one thread that only recovers signatures: ${verifiedPerSecond} messages/s`);
  const lite = rows.filter(({ server, database }) => server === "board" && database === "PGlite");
  const slowest = Math.min(...lite.map(({ messagesPerSecond }) => messagesPerSecond));
  // What a machine with something else to do would reach without it.
  const ofCpu = Math.floor(1_000 / Math.max(...lite.map(({ cpuMsPerMessage }) => cpuMsPerMessage)));
  const verdict = slowest >= goal ? "reached" : "missed";
  console.log(
    `goal: ${goal} messages/s on PGlite: ${verdict} (${slowest} by the clock, ${ofCpu} for each second of CPU)`,
  );
}
