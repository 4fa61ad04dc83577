/**
 * A process that judges mutants: its arguments are a setup file, a directory of its own and the seconds of processor time that a
 * mutant may take. Time on the clock would call a mutant endless because the machine is busy.
 */
import { readFileSync } from "node:fs";
import { type Request, type Response, requestSchema, workerSetupSchema } from "./messages.ts";
import { SolidityTests } from "./SolidityTests.ts";
import { TestBench } from "./TestBench.ts";
import { TwinCalls } from "./TwinCalls.ts";

const [setupFile = "", directory = "", limit = ""] = process.argv.slice(2);
const setup = workerSetupSchema.parse(JSON.parse(readFileSync(setupFile, "utf8")));
const bench = new TestBench(
  { ...setup, closures: new Map(setup.closures) },
  {
    tests: await SolidityTests.open(setup.root, directory),
    twins: await TwinCalls.open(setup.root, setup.twinCalls),
  },
);

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Answers for tests that do not end. Whoever asked ends this process: they cannot be stopped from within. */
function watch(answer: (response: Response) => void): NodeJS.Timeout {
  const start = processorSeconds();
  return setInterval(() => {
    if (processorSeconds() - start > Number(limit)) answer({ outcome: { status: "timeout" } });
  }, 1_000);
}

async function judge({ mutant, durations }: Request): Promise<Response> {
  try {
    if (mutant === undefined || durations === undefined) return { durations: await bench.durations() };
    return { outcome: await bench.judge(mutant, durations) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

process.on("message", async (message) => {
  const request = requestSchema.parse(message);
  const { promise: endless, resolve } = Promise.withResolvers<Response>();
  const watching = watch(resolve);
  process.send?.(await Promise.race([judge(request), endless]));
  clearInterval(watching);
});
process.on("disconnect", () => process.exit());
