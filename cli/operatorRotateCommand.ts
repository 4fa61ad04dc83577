import type { Command } from "commander";
import { connect } from "../oracle/chain/connect.ts";
import { checkHistory } from "../oracle/checks/history.ts";
import { openKeys } from "../oracle/keys/openKeys.ts";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { readConfig, readDeployment } from "../oracle/service/readConfig.ts";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import { type OldKeyDates, oldKeyDates, planRotation, type Rotation } from "./rotation.ts";
import { callJson, describeCall } from "./seatCall.ts";
import { addSeatOptions, keyToSendWith, parseSeat, type SeatFlags } from "./seatOptions.ts";
import { sendSeatCall } from "./sendSeatCall.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
--config is that of the node with the new key: a key, a dataDir and a port of its own, and a Postgres schema if it has one.
  assay operator keys new --config new-node/node.json5
  assay operator rotate --config new-node/node.json5 --seat 4 --dry-run
  assay operator rotate --config new-node/node.json5 --seat 4 --owner-key owner.json --yes

The hash chain is rotated with the key, unless linkSecret in that configuration is the secret of the present one. It sends nothing twice:
ended half way, run it again. What --dry-run shows any wallet of the owner can send. Exit code 1 when nothing was sent without --dry-run.`;

export function addRotateCommand(operator: Command, surroundings: Surroundings, finish: Finish): void {
  addSeatOptions(operator.command("rotate"))
    .description("give the seat another signing key, and say until when the old one is needed")
    .addHelpText("after", example)
    .action(async (flags: SeatFlags) => {
      const seatId = parseSeat(flags.seat);
      const keyFile = keyToSendWith(flags);
      const config = await readConfig(flags.config, nodeConfigSchema);
      const deployment = readDeployment(config.deployment);
      const { env, stderr, askPassword: ask } = surroundings;
      const passwords = { env, ask };
      const key = await openKeys(config, deployment, passwords);
      const domain = { ...deployment, chainId: BigInt(deployment.chainId) };
      const history = checkHistory(config.dataDir, key.account, domain);
      // Better now than when the seat has the new key already.
      if (history.verdict === "fail") throw new RefusedStart(`${history.value}: ${history.remedy}`);
      const client = await connect(config.rpcUrls, deployment);
      const rotation = await planRotation({ client, deployment, seatId, key });
      const transactions: string[] = [];
      if (keyFile !== undefined)
        for (const call of rotation.calls)
          transactions.push(
            await sendSeatCall(call, {
              client,
              owner: rotation.owner,
              keyFile,
              passwords,
              onSent: (hash) => stderr(`${call.name}: sent ${hash}, waiting for its block\n`),
            }),
          );
      // Asked for after the blocks: a round that opened before them counts on the old key, too.
      const dates = await oldKeyDates(client, deployment, rotation.oldSigner);
      tell({ rotation, dates, transactions }, flags, surroundings);
      finish(rotation.calls.length === transactions.length || flags.dryRun ? exitCode.done : exitCode.failed);
    });
}

interface Told {
  readonly rotation: Rotation;
  readonly dates: OldKeyDates;
  /** Of the calls, in their order; none when nothing was sent. */
  readonly transactions: readonly string[];
}

function tell({ rotation, dates, transactions }: Told, flags: SeatFlags, { stdout, stderr }: Surroundings): void {
  const { seatId, oldSigner, newSigner, calls } = rotation;
  const isNew = oldSigner !== newSigner;
  if (flags.json) {
    const { fromRound, neededUntil, evidenceUntil } = dates;
    const old = {
      oldSigner,
      fromRound: Number(fromRound),
      oldKeyUntil: neededUntil === undefined ? null : Number(neededUntil),
      evidenceUntil: Number(evidenceUntil),
    };
    const said = { ok: true, seat: Number(seatId), newSigner, ...(isNew ? old : {}) };
    stdout(`${JSON.stringify({ ...said, calls: calls.map(callJson), transactions })}\n`);
    return;
  }
  stdout(
    isNew
      ? `seat ${seatId} signs with ${oldSigner}; from round ${dates.fromRound} on it signs with ${newSigner}\n`
      : `seat ${seatId} signs with ${newSigner} already\n`,
  );
  for (const [i, call] of calls.entries())
    stdout(`${transactions[i] ? `in a block: ${transactions[i]}` : "would send"}: ${describeCall(call)}\n`);
  if (isNew) stdout(`${afterwards(dates).join("\n")}\n`);
  if (calls.length === 0) stdout("its hash chain is this configuration's, too: nothing is left to send\n");
  else if (transactions.length === 0 && !flags.dryRun)
    stderr("nothing was sent: add --owner-key FILE --yes to send it\n");
}

const afterwards = ({ fromRound, neededUntil, evidenceUntil }: OldKeyDates): string[] => [
  neededUntil === undefined
    ? "- no open round counts on the old key: its node can be stopped"
    : `- rounds up to ${fromRound - 1n} count on the old key: keep its node running until ${dateOf(neededUntil)}, then stop it`,
  "- start the node with the new key now: it takes part from its first round on, and must not run on the old one's dataDir",
  `- evidence of the old key can be asked for until ${dateOf(evidenceUntil)}: keep it in evidenceStore, where the new node finds it`,
  "- the signing history stays with the old key: the new one begins its own. Never start the old key's node again without it",
];

const dateOf = (seconds: bigint): string => new Date(Number(seconds) * 1_000).toISOString();
