import type { Command } from "commander";
import {
  createWalletClient,
  erc20Abi,
  formatUnits,
  http,
  isAddressEqual,
  type LocalAccount,
  type PublicClient,
} from "viem";
import { connect } from "../oracle/chain/connect.ts";
import { passwordPrompt } from "../oracle/keys/askPassword.ts";
import { openKey } from "../oracle/keys/openKeys.ts";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { readConfig, readDeployment } from "../oracle/service/readConfig.ts";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import { assayVaultAbi, type Deployment, decodeError, policyBoardAbi } from "../sdk/index.ts";
import { configOption } from "./configOption.ts";
import { exitCode, type Finish, UsageError } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

interface Flags {
  readonly config: string;
  readonly seat: string;
  readonly ownerKey?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

const example = `
Three calls, weeks apart; each run of this command sends the one that is due and says when the next is:
  assay operator exit --config assay-node/node.json5 --seat 4 --dry-run
  assay operator exit --config assay-node/node.json5 --seat 4 --owner-key owner.json --yes

Keep the node running until the rounds that are open have closed (two epochs): they still count on it.`;

export function addExitCommand(operator: Command, surroundings: Surroundings, finish: Finish): void {
  operator
    .command("exit")
    .description("leave the seat and take the bond back: sends the next of the three calls, or says when it is due")
    .addOption(configOption())
    .requiredOption("--seat <id>", "the seat's number, as `assay operator status` shows it")
    .option("--owner-key <file>", "key of the seat's owner: hex, JSON or a geth-v3 keystore")
    .option("--dry-run", "say what would be sent; send nothing")
    .option("--yes", "send it")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (flags: Flags) => {
      const config = await readConfig(flags.config, nodeConfigSchema);
      const deployment = readDeployment(config.deployment);
      const client = await connect(config.rpcUrls, deployment);
      const seatId = parseSeat(flags.seat);
      const step = await nextStep(client, deployment, seatId);
      const isSent = step.kind === "call" && flags.yes === true && flags.dryRun !== true;
      const transaction = isSent
        ? await send(step, { client, flags, rpcUrls: config.rpcUrls, surroundings })
        : undefined;
      tell(step, transaction, flags, surroundings);
      finish(
        step.kind === "wait" || (step.kind === "call" && !isSent && flags.dryRun !== true)
          ? exitCode.failed
          : exitCode.done,
      );
    });
}

/** Where a seat is on its way out. */
type Step =
  | { readonly kind: "call"; readonly call: SeatCall; readonly owner: `0x${string}`; readonly says: string }
  | { readonly kind: "wait"; readonly says: string }
  | { readonly kind: "over"; readonly says: string };

type SeatCall =
  | { readonly name: "leaveSeat"; readonly to: `0x${string}`; readonly args: readonly [bigint] }
  | { readonly name: "requestSeatUnbond"; readonly to: `0x${string}`; readonly args: readonly [bigint, bigint] }
  | { readonly name: "withdrawSeatBond"; readonly to: `0x${string}`; readonly args: readonly [bigint, `0x${string}`] };

const parseSeat = (text: string): bigint => {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--seat ${text}: expected the number of a seat, such as 4`);
  return BigInt(text);
};

async function nextStep(client: PublicClient, deployment: Deployment, seatId: bigint): Promise<Step> {
  const { policyBoard, vault, token } = deployment;
  const seat = await client
    .readContract({ address: policyBoard, abi: policyBoardAbi, functionName: "seat", args: [seatId] })
    .catch((error: unknown) => {
      throw new RefusedStart(
        `seat ${seatId}: ${decodeError(error).replace(/\.$/, "")}: name a seat that is there with --seat`,
      );
    });
  const [bond, decimals, block] = await Promise.all([
    client.readContract({ address: vault, abi: assayVaultAbi, functionName: "seatBondOf", args: [seatId] }),
    client.readContract({ address: token, abi: erc20Abi, functionName: "decimals" }),
    client.getBlock(),
  ]);
  const tokens = (amount: bigint) => `${formatUnits(amount, decimals)} tokens`;
  const { owner } = seat;
  const call = (call: SeatCall, says: string): Step => ({ kind: "call", call, owner, says });
  if (seat.leftAt === 0)
    return call(
      { name: "leaveSeat", to: policyBoard, args: [seatId] },
      `1 of 3: leave the board. Rounds that open from then on do without seat ${seatId}; its bond of ${tokens(bond.assets)} stays`,
    );
  const active = bond.assets - bond.unbonding;
  if (active > 0n)
    return call(
      { name: "requestSeatUnbond", to: vault, args: [seatId, active] },
      `2 of 3: ask for the bond of ${tokens(active)}. It can still be taken for what is proven until it is paid out`,
    );
  if (bond.unbonding === 0n)
    return { kind: "over", says: `seat ${seatId} has left and has no bond: nothing is left to do` };
  const due = BigInt(bond.unlocksAt);
  if (block.timestamp < due)
    return {
      kind: "wait",
      says: `3 of 3: ${tokens(bond.unbonding)} can be withdrawn from ${new Date(Number(due) * 1_000).toISOString()}, in ${timeLeft(due - block.timestamp)}: come back then`,
    };
  return call(
    { name: "withdrawSeatBond", to: vault, args: [seatId, owner] },
    `3 of 3: withdraw ${tokens(bond.unbonding)} to the owner ${owner}`,
  );
}

const timeLeft = (seconds: bigint): string =>
  seconds >= 172_800n ? `${seconds / 86_400n} days` : seconds >= 7_200n ? `${seconds / 3_600n} hours` : `${seconds} s`;

interface Sending {
  readonly client: PublicClient;
  readonly flags: Flags;
  readonly rpcUrls: readonly string[];
  readonly surroundings: Surroundings;
}

/** @throws RefusedStart when the key is not the owner's, or the contract refuses */
async function send({ call, owner }: Extract<Step, { kind: "call" }>, sending: Sending): Promise<`0x${string}`> {
  const { client, flags, rpcUrls, surroundings } = sending;
  if (flags.ownerKey === undefined)
    throw new UsageError("--yes sends as the seat's owner: name its key with --owner-key");
  const ask = passwordPrompt({ input: process.stdin, output: process.stderr });
  const { account } = await openKey({ file: flags.ownerKey }, "--owner-key", { env: surroundings.env, ask });
  if (!isAddressEqual(account.address, owner))
    throw new RefusedStart(
      `the seat's owner is ${owner}, --owner-key is the key of ${account.address}: use the owner's`,
    );
  try {
    const hash = await write(client, account, rpcUrls[0] ?? "", call);
    const { status } = await client.waitForTransactionReceipt({ hash });
    if (status === "success") return hash;
    throw new RefusedStart(`transaction ${hash} was reverted: run the command again to see what is due`);
  } catch (error) {
    throw error instanceof RefusedStart ? error : new RefusedStart(`${call.name}: ${decodeError(error)}`);
  }
}

async function write(
  client: PublicClient,
  account: LocalAccount,
  rpcUrl: string,
  call: SeatCall,
): Promise<`0x${string}`> {
  const wallet = createWalletClient({ account, chain: client.chain, transport: http(rpcUrl) });
  const vault = { address: call.to, abi: assayVaultAbi, account } as const;
  switch (call.name) {
    case "leaveSeat":
      return wallet.writeContract(
        (
          await client.simulateContract({
            address: call.to,
            abi: policyBoardAbi,
            account,
            functionName: call.name,
            args: call.args,
          })
        ).request,
      );
    case "requestSeatUnbond":
      return wallet.writeContract(
        (await client.simulateContract({ ...vault, functionName: call.name, args: call.args })).request,
      );
    default:
      return wallet.writeContract(
        (await client.simulateContract({ ...vault, functionName: call.name, args: call.args })).request,
      );
  }
}

function tell(
  step: Step,
  transaction: string | undefined,
  { json, dryRun }: Flags,
  { stdout, stderr }: Surroundings,
): void {
  const call =
    step.kind === "call" ? { name: step.call.name, to: step.call.to, args: step.call.args.map(String) } : undefined;
  if (json) {
    stdout(`${JSON.stringify({ ok: true, stage: step.kind, says: step.says, call, transaction })}\n`);
    return;
  }
  stdout(`${step.says}\n`);
  if (call)
    stdout(
      `${transaction ? `sent ${transaction}` : `would send`}: ${call.name}(${call.args.join(", ")}) to ${call.to}\n`,
    );
  if (transaction) stdout("run the command again for what comes next\n");
  else if (call && !dryRun) stderr("nothing was sent: add --owner-key FILE --yes to send it\n");
}
