import { styleText } from "node:util";
import type { Command } from "commander";
import type { CheckResult, Verdict } from "../oracle/checks/check.ts";
import { examineNode } from "../oracle/checks/examineNode.ts";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { readConfig } from "../oracle/service/readConfig.ts";
import { configOption } from "./configOption.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

interface Flags {
  readonly config: string;
  readonly observe?: true;
  readonly json?: true;
}

const example = `
Example:
  assay operator doctor --config assay-node/node.json5`;

export function addDoctorCommand(operator: Command, surroundings: Surroundings, finish: Finish): void {
  operator
    .command("doctor")
    .description("look at everything the node needs: what is wrong, and what to do; exit 0 only when nothing fails")
    .addOption(configOption())
    .option("--observe", "as for `run --observe`: keys, seat and gas are not looked at")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async ({ config: file, observe, json }: Flags) => {
      const config = await readConfig(file, nodeConfigSchema);
      const { env, now, askPassword: ask } = surroundings;
      const purpose = { observes: observe === true, whileRunning: true };
      const { results } = await examineNode(config, { env, now: () => now().getTime(), ask }, purpose);
      const failed = results.filter(({ verdict }) => verdict === "fail").length;
      surroundings.stdout(
        json
          ? `${JSON.stringify({ ok: failed === 0, checks: results })}\n`
          : `${results.map(lineOf).join("")}${sum(results)}\n`,
      );
      finish(failed === 0 ? exitCode.done : exitCode.failed);
    });
}

const marks = {
  ok: styleText("green", "ok  "),
  warn: styleText("yellow", "warn"),
  fail: styleText("red", "FAIL"),
} as const satisfies Record<Verdict, string>;

const nameWidth = 16;

const lineOf = ({ name, verdict, value, remedy }: CheckResult): string =>
  `${marks[verdict]}  ${name.padEnd(nameWidth)}${value}\n${remedy === undefined ? "" : `${" ".repeat(6 + nameWidth)}→ ${remedy}\n`}`;

function sum(results: readonly CheckResult[]): string {
  const count = (wanted: Verdict) => results.filter(({ verdict }) => verdict === wanted).length;
  return `${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} failed`;
}
