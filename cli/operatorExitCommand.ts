import type { Command } from "commander";
import { connect } from "../oracle/chain/connect.ts";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { readConfig, readDeployment } from "../oracle/service/readConfig.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import { type ExitStep, nextExitStep } from "./exitStep.ts";
import { callJson, describeCall } from "./seatCall.ts";
import { addSeatOptions, keyToSendWith, parseSeat, type SeatFlags } from "./seatOptions.ts";
import { sendSeatCall } from "./sendSeatCall.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Three calls, weeks apart; each run of this command sends the one that is due and says when the next is:
  assay operator exit --config assay-node/node.json5 --seat 4 --dry-run
  assay operator exit --config assay-node/node.json5 --seat 4 --owner-key owner.json --yes

It sends nothing twice: ended half way, run it again. Exit code 1 while the last call is not due, or nothing was sent without --dry-run.
Keep the node running until the bond is back: until then its evidence can be asked for.`;

export function addExitCommand(operator: Command, surroundings: Surroundings, finish: Finish): void {
  addSeatOptions(operator.command("exit"))
    .description("leave the seat and take the bond back: sends the next of the three calls, or says when it is due")
    .addHelpText("after", example)
    .action(async (flags: SeatFlags) => {
      const seatId = parseSeat(flags.seat);
      const keyFile = keyToSendWith(flags);
      const config = await readConfig(flags.config, nodeConfigSchema);
      const deployment = readDeployment(config.deployment);
      const client = await connect(config.rpcUrls, deployment);
      const step = await nextExitStep(client, deployment, seatId);
      const { env, stderr, askPassword: ask } = surroundings;
      const transaction =
        step.kind === "call" && keyFile !== undefined
          ? await sendSeatCall(step.call, {
              client,
              owner: step.owner,
              keyFile,
              passwords: { env, ask },
              onSent: (hash) => stderr(`${step.call.name}: sent ${hash}, waiting for its block\n`),
            })
          : undefined;
      tell(step, transaction, flags, surroundings);
      const isShown = flags.dryRun === true || transaction !== undefined;
      finish(step.kind === "over" || (step.kind === "call" && isShown) ? exitCode.done : exitCode.failed);
    });
}

function tell(
  step: ExitStep,
  transaction: string | undefined,
  { json, dryRun }: SeatFlags,
  { stdout, stderr }: Surroundings,
): void {
  const call = step.kind === "call" ? step.call : undefined;
  if (json) {
    const unlocksAt = step.kind === "wait" ? step.unlocksAt : undefined;
    stdout(
      `${JSON.stringify({ ok: true, stage: step.kind, says: step.says, call: call && callJson(call), transaction, unlocksAt })}\n`,
    );
    return;
  }
  stdout(`${step.says}\n`);
  if (call) stdout(`${transaction ? `in a block: ${transaction}` : "would send"}: ${describeCall(call)}\n`);
  if (transaction) stdout(call?.name === "withdrawSeatBond" ? over : "run the command again for what comes next\n");
  else if (call && !dryRun) stderr("nothing was sent: add --owner-key FILE --yes to send it\n");
}

const over = "the bond is back: the node can be stopped for good\n";
