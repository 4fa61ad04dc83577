/** A process that judges mutants: its arguments are a setup file and a directory of its own. Hardhat's words on stdout go nowhere. */
import { readFileSync } from "node:fs";
import { type Request, type Response, requestSchema, workerSetupSchema } from "./messages.ts";
import { SolidityTests } from "./SolidityTests.ts";
import { TestBench } from "./TestBench.ts";
import { TwinCalls } from "./TwinCalls.ts";

const [setupFile = "", directory = ""] = process.argv.slice(2);
const setup = workerSetupSchema.parse(JSON.parse(readFileSync(setupFile, "utf8")));
const bench = new TestBench(
  { ...setup, closures: new Map(setup.closures) },
  {
    tests: await SolidityTests.open(setup.root, directory),
    twins: await TwinCalls.open(setup.root, setup.twinCalls),
  },
);

async function answer({ mutant, durations }: Request): Promise<Response> {
  try {
    if (mutant === undefined || durations === undefined) return { durations: await bench.durations() };
    return { outcome: await bench.judge(mutant, durations) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

process.on("message", async (message) => {
  process.send?.(await answer(requestSchema.parse(message)));
});
process.on("disconnect", () => process.exit());
