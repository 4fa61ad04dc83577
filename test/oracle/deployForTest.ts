import { type Hex, http, keccak256, toHex } from "viem";
import { deploy } from "../../deployment/deploy.ts";
import type { Policy } from "../../domain/policy.ts";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import { devnetPolicy } from "../../scripts/devnet/config.ts";
import type { Deployment } from "../../sdk/index.ts";
import { evaluators, type TestEvaluator } from "./committee.ts";

export interface TestDeployment {
  readonly rpcUrl: string;
  /** Seconds per epoch. */
  readonly epochLength: bigint;
  readonly suiteHash?: Hex;
  readonly policy?: Partial<Policy>;
  /** Who takes the seats, in their order; the test evaluators without. */
  readonly seated?: readonly TestEvaluator[];
}

/**
 * The real contracts with the test evaluators seated, in their order; three of them are the committee, two a quorum. Seats need no bond and
 * evaluation costs nothing. The policy given may say otherwise in all of it.
 */
export function deployForTest({
  rpcUrl,
  epochLength,
  suiteHash = keccak256(toHex("no suite")),
  policy,
  seated = evaluators,
}: TestDeployment): Promise<Deployment> {
  const free = { evaluatorBondMin: 0n, evaluationPrice: 0n, evaluationFee: 0n };
  // No shorter than the board allows, whatever the epochs.
  const times = { freezeWindow: 7n * epochLength, lossEpoch: 7n * epochLength, bucketPeriod: epochLength };
  return deploy({
    transport: http(rpcUrl),
    deployer: devAccount(roles.deployer),
    token: { name: "Assay test token", symbol: "ATT", supply: 10n ** 27n },
    policy: { ...devnetPolicy(suiteHash), ...times, ...free, ...policy },
    seats: seated.map(({ account, links }) => {
      return { owner: account.address, signer: account.address, linkHead: links.head };
    }),
    epochLength,
    unbondingDelay: 14n * epochLength,
  });
}
