import { type Hex, keccak256, toHex } from "viem";
import type { Policy } from "../../domain/policy.ts";
import { deploy } from "../../scripts/deploy.ts";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import { devnetPolicy } from "../../scripts/devnet/config.ts";
import type { Deployment } from "../../sdk/index.ts";
import { evaluators } from "./committee.ts";

export interface TestDeployment {
  readonly rpcUrl: string;
  /** Seconds per epoch. */
  readonly epochLength: bigint;
  readonly suiteHash?: Hex;
  readonly policy?: Partial<Policy>;
}

/** The real contracts with the test evaluators seated, in their order; three of them are the committee, two a quorum. */
export function deployForTest({
  rpcUrl,
  epochLength,
  suiteHash = keccak256(toHex("no suite")),
  policy,
}: TestDeployment): Promise<Deployment> {
  return deploy({
    rpcUrl,
    deployer: devAccount(roles.deployer),
    policy: { ...devnetPolicy(suiteHash), ...policy },
    seats: evaluators.map(({ account, links }) => {
      return { owner: account.address, signer: account.address, linkHead: links.head };
    }),
    epochLength,
    unbondingDelay: 14n * epochLength,
    tokenSupply: 10n ** 27n,
  });
}
