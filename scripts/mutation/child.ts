/**
 * A process that puts questions to mutants; its argument is a setup file. The runner traces a test that fails, so a mutant that runs in
 * circles, or many that fail at once, take all memory: then this process ends itself, and whoever asked asks again, one by one.
 */
import { readFileSync } from "node:fs";
import { type Request, type Response, requestSchema, setupSchema } from "./messages.ts";
import { harnessFile } from "./Project.ts";
import { SolidityTests } from "./SolidityTests.ts";
import { choose } from "./switches.ts";
import { TwinCalls } from "./TwinCalls.ts";

const memoryMax = 3 * 1024 ** 3;
/** Processor time: time on the clock would call a mutant endless because the machine is busy. */
const secondsMax = 60;

const [setupFile = ""] = process.argv.slice(2);
const { root, runs, twinCalls, suites, harness } = setupSchema.parse(JSON.parse(readFileSync(setupFile, "utf8")));
const tests = await SolidityTests.open(root, runs);
const twins = harness === "" ? undefined : await TwinCalls.open(root, twinCalls);

async function askTwins(number: number, names: readonly string[]): Promise<Response> {
  if (twins === undefined) return {};
  const address = await twins.place(choose(harness, number));
  for (const name of names) {
    const call = twins.calls[Number(name)];
    if (call !== undefined && !(await twins.agrees(address, call)))
      return { failed: { file: harnessFile, test: name } };
  }
  await twins.clear(address);
  return {};
}

async function ask({ number, suite, names }: Request): Promise<Response> {
  if (suite === "harness") return askTwins(number, names);
  const original = suites[suite];
  if (original === undefined) throw new RangeError(`there is no suite ${suite}`);
  const failed = await tests.failure({ ...original, code: choose(original.code, number) }, names);
  return failed === undefined ? {} : { failed };
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

let askedAt: number | undefined;
setInterval(() => {
  const endless = askedAt !== undefined && processorSeconds() - askedAt > secondsMax;
  if (endless || process.memoryUsage.rss() > memoryMax) process.exit(1);
}, 100);

process.on("message", async (message) => {
  askedAt = processorSeconds();
  const response = await ask(requestSchema.parse(message)).catch((error: unknown) => ({ error: String(error) }));
  askedAt = undefined;
  process.send?.(response);
});
process.on("disconnect", () => process.exit());
process.send?.({});
