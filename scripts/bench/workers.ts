/**
 * `npm run bench:workers -- [--json] [--workers 1,2,4] [--versions 16]`: versions a minute with more and more worker processes on one
 * Postgres queue, against endpoints that take their time, beside what the declared rates allow.
 */
import { parseArgs } from "node:util";
import { loadSuite } from "../../evaluation/suite/suite.ts";
import { createModels } from "../../examples/reference-models/createModels.ts";
import { loadLessons } from "../../examples/reference-models/grammar.ts";
import { seededRandom } from "../../examples/reference-models/random.ts";
import { trainWeights } from "../../examples/reference-models/trainWeights.ts";
import { startTestPostgres } from "../../test/oracle/testPostgres.ts";
import { shortSuite } from "./workers/shortSuite.ts";
import { type SlowEndpoint, startSlowEndpoint } from "./workers/slowEndpoint.ts";
import { openWorkerYard, type WorkerYard } from "./workers/workerYard.ts";

interface Row {
  readonly workers: number;
  readonly versionsPerMinute: number;
  /** Against the first row. */
  readonly speedUp: number;
  /** Versions a minute that the endpoints' declared rates allow. */
  readonly limitPerMinute: number;
  /** Requests in flight at one endpoint, at most, beside what it declares. */
  readonly mostInFlight: number;
  readonly declaredConcurrency: number;
}

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    workers: { type: "string", default: "1,2,4" },
    versions: { type: "string", default: "16" },
  },
});

const terms = { serviceMs: 200, declaredRate: 10, declaredConcurrency: 4 };
const endpointCount = 4;

async function measure(yard: WorkerYard, endpoints: readonly SlowEndpoint[], workers: number) {
  const running = await Promise.all(Array.from({ length: workers }, () => yard.startWorker(1)));
  const asked = () => endpoints.reduce((sum, { requests }) => sum + requests(), 0);
  const before = asked();
  const manifests = Array.from(
    { length: versions },
    (_, n) => endpoints[n % endpoints.length]?.manifest(n) ?? [],
  ).flat();
  const began = performance.now();
  const round = await yard.giveOut(manifests, 1);
  const jobs = await round.done();
  const minutes = (performance.now() - began) / 60_000;
  await Promise.all(running.map((worker) => worker.stop("SIGTERM")));
  const unmeasured = jobs.filter(({ state }) => state !== "measured").length;
  if (unmeasured > 0) throw new Error(`${unmeasured} of ${versions} versions were not measured: see the workers' logs`);
  return { versionsPerMinute: versions / minutes, requestsPerVersion: (asked() - before) / versions };
}

function print(rows: readonly Row[]): void {
  const heads = ["workers", "versions/min", "speed-up", "limit/min", "in flight", "declared"];
  console.log(heads.map((head) => head.padStart(14)).join(""));
  for (const row of rows) {
    const cells = [
      row.workers,
      row.versionsPerMinute.toFixed(1),
      `${row.speedUp.toFixed(2)}×`,
      row.limitPerMinute.toFixed(1),
      row.mostInFlight,
      row.declaredConcurrency,
    ];
    console.log(cells.map((cell) => `${cell}`.padStart(14)).join(""));
  }
  console.log(
    `\n${versions} versions at ${endpointCount} endpoints, ${terms.serviceMs} ms an answer, ${terms.declaredRate} requests/s declared; ` +
      "a worker measures one version at a time, an endpoint is asked for one at a time",
  );
}

const counts = values.workers.split(",").map(Number);
const versions = Number(values.versions);
if (![...counts, versions].every((n) => Number.isInteger(n) && n >= 1 && n <= 256)) {
  console.error("--workers takes counts such as 1,2,4 and --versions a count, each of 1 to 256");
  process.exit(2);
}

const postgres = await startTestPostgres();
try {
  const anchor = createModels(trainWeights(await loadLessons(), 1), seededRandom(1)).anchor;
  const endpoints = await Promise.all(Array.from({ length: endpointCount }, () => startSlowEndpoint(anchor, terms)));
  const yard = await openWorkerYard(postgres.url, shortSuite(await loadSuite()));
  try {
    const rows: Row[] = [];
    for (const workers of counts) {
      const { versionsPerMinute, requestsPerVersion } = await measure(yard, endpoints, workers);
      rows.push({
        workers,
        versionsPerMinute,
        speedUp: versionsPerMinute / (rows[0]?.versionsPerMinute ?? versionsPerMinute),
        limitPerMinute: (endpointCount * terms.declaredRate * 60) / requestsPerVersion,
        mostInFlight: Math.max(...endpoints.map(({ mostInFlight }) => mostInFlight())),
        declaredConcurrency: terms.declaredConcurrency,
      });
    }
    if (values.json) console.log(JSON.stringify({ rows }));
    else print(rows);
  } finally {
    await yard.close();
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  }
} finally {
  await postgres.close();
}
