import { type Address, erc20Abi, formatEther, formatUnits, isAddressEqual, type PublicClient } from "viem";
import { assayVaultAbi, type Deployment, decodeError, policyBoardAbi } from "../../sdk/index.ts";
import { findSeat, missingBond } from "../node/checkSeat.ts";
import type { LinkChains } from "../node/linkChains.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { type CheckResult, fail, failFrom, ok, passingFail, warn } from "./check.ts";

export interface SeatSubject {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly signer: Address;
  readonly links: LinkChains;
}

/** The seat that the key signs for, with its bond; the chain's own words where it cannot be asked. */
export async function checkSeatAndBond(subject: SeatSubject): Promise<CheckResult[]> {
  const { client, deployment, signer, links } = subject;
  try {
    const seatId = await findSeat(client, deployment, signer, links);
    const signs = await checkSigner(client, deployment, { seatId, signer });
    const seat = signs.verdict === "ok" ? ok("seat", `${signs.value}; its hash chain is the key file's`) : signs;
    return [seat, await checkBond(client, deployment, seatId)];
  } catch (error) {
    return [error instanceof RefusedStart ? failFrom("seat", error) : fail("seat", decodeError(error), "see the RPC")];
  }
}

/** Whether new rounds count on the key: the seat's owner may have given the seat another one. */
export async function checkSigner(
  client: PublicClient,
  { policyBoard }: Deployment,
  { seatId, signer }: { readonly seatId: bigint; readonly signer: Address },
): Promise<CheckResult> {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const seat = await client.readContract({ ...board, functionName: "seat", args: [seatId] });
  if (isAddressEqual(seat.signer, signer)) return ok("seat", `seat ${seatId}, signed for by ${signer}`);
  return warn(
    "seat",
    `seat ${seatId} signs with ${seat.signer} now; only rounds that opened before count on ${signer}`,
    "run a node with the new key, and this one until those rounds are closed (two epochs after their own)",
  );
}

/** Whether rounds count on the seat. It goes on with what is open meanwhile, so that a bond that is short keeps no node from starting. */
export async function checkBond(client: PublicClient, deployment: Deployment, seatId: bigint): Promise<CheckResult> {
  const vault = { address: deployment.vault, abi: assayVaultAbi } as const;
  const [missing, bond, leftAt, decimals] = await Promise.all([
    missingBond(client, deployment, seatId),
    client.readContract({ ...vault, functionName: "seatBond", args: [seatId] }),
    hasLeftAt(client, deployment, seatId),
    client.readContract({ address: deployment.token, abi: erc20Abi, functionName: "decimals" }),
  ]);
  const told = (amount: bigint) => `${formatUnits(amount, decimals)} tokens`;
  const tokens = (amount: bigint) => Number(formatUnits(amount, decimals));
  if (leftAt !== 0)
    return warn("bond", `seat ${seatId} has left`, "see assay operator exit for the rest", tokens(missing));
  return missing === 0n
    ? ok("bond", `${told(bond)}, which is enough`, 0)
    : passingFail(
        "bond",
        `the bond of seat ${seatId} is ${told(bond)}, ${told(missing)} short: no round counts on it`,
        `vault.bondSeat(${seatId}, ${missing})`,
        tokens(missing),
      );
}

async function hasLeftAt(client: PublicClient, { policyBoard }: Deployment, seatId: bigint): Promise<number> {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const seat = await client.readContract({ ...board, functionName: "seat", args: [seatId] });
  return seat.leftAt;
}

/** Gas a node needs for a round in which it does everything itself (snapshots/gas.json), and for its fee. */
const gasPerRound = 85_480n + 76_878n + 204_415n;
const gasPerFee = 91_611n;
const secondsPerDay = 86_400n;
/** Days of gas below which somebody should fill up. */
const enoughDays = 7;

/** The relaying key's balance against what a day costs at the present price, when the committee's members take turns. */
export async function checkGas(client: PublicClient, deployment: Deployment, relayer: Address): Promise<CheckResult> {
  const board = { address: deployment.policyBoard, abi: policyBoardAbi } as const;
  const [balance, gasPrice, policyId] = await Promise.all([
    client.getBalance({ address: relayer }),
    client.getGasPrice(),
    client.readContract({ ...board, functionName: "currentPolicyId" }),
  ]);
  const policy = await client.readContract({ ...board, functionName: "policy", args: [policyId] });
  const members = policy.committeeSize > 0 ? BigInt(policy.committeeSize) : 1n;
  const perDay = ((gasPerRound / members + gasPerFee) * gasPrice * secondsPerDay) / BigInt(deployment.epochLength);
  const days = perDay === 0n ? Number.POSITIVE_INFINITY : Number((balance * 100n) / perDay) / 100;
  const value = `${relayer} has ${formatEther(balance)} of the chain's coin, ${lasting(days)}`;
  const remedy = `send it coin: about ${roughly(perDay * 30n)} last 30 days. Meanwhile it measures and signs, and peers post`;
  if (balance === 0n) return passingFail("gas", value, remedy, 0);
  return days < enoughDays ? warn("gas", value, remedy, days) : ok("gas", value, days);
}

/** Coins to three digits: nobody pays by the wei. */
const roughly = (wei: bigint): number => Number(Number(formatEther(wei)).toPrecision(3));

const lasting = (days: number): string =>
  days > 3_650
    ? "enough for years"
    : `about ${days < 10 ? days.toFixed(1) : Math.round(days)} days of gas at the present price`;
