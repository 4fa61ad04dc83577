import type { Logger } from "pino";
import {
  type Address,
  ContractFunctionExecutionError,
  createPublicClient,
  defineChain,
  isAddressEqual,
  type PublicClient,
} from "viem";
import { assayAbi, type Deployment, decodeError } from "../../sdk/index.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { createEndpoints } from "./rpcEndpoint.ts";
import { createRpcPool, type EndpointView, type RpcPool } from "./rpcPool.ts";

/** A client for the deployment's chain, over all endpoints at once. */
export type ChainClient = PublicClient & {
  /** How each endpoint does, the preferred one first. */
  readonly endpoints: () => readonly EndpointView[];
};

/**
 * A client for the deployment's chain.
 * @param rpcUrls The preferred endpoint first. One that does not answer now may later; one on another chain is a mistake.
 * @throws RefusedStart when none answers, one is another chain, or there is no contract at the deployment's addresses.
 */
export async function connect(
  rpcUrls: readonly string[],
  deployment: Deployment,
  log?: Logger | undefined,
): Promise<ChainClient> {
  const { chainId, startBlock } = deployment;
  const pool = createRpcPool({
    endpoints: createEndpoints(rpcUrls),
    chainId,
    anchorBlock: BigInt(startBlock),
    now: () => performance.now(),
    log,
  });
  await requireEndpoints(pool, deployment);
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [...rpcUrls] } },
  });
  const options = { chain, transport: pool.transport, pollingInterval: 250, cacheTime: 0 };
  const client: ChainClient = Object.assign(createPublicClient(options), { endpoints: pool.views });
  await requireContract(client, "Assay", deployment.assay);
  await requireContract(client, "AssayVault", deployment.vault);
  await requireContract(client, "PolicyBoard", deployment.policyBoard);
  await requireSameSystem(client, deployment);
  return client;
}

/** One endpoint is enough to start with, but one of another chain is no endpoint that will come back. */
async function requireEndpoints(pool: RpcPool, { chainId }: Deployment): Promise<void> {
  await pool.checkAll();
  const views = pool.views();
  const elsewhere = views.find((view) => view.chainId !== undefined && view.chainId !== chainId);
  if (elsewhere)
    throw new RefusedStart(
      `the RPC at ${elsewhere.host} is chain ${elsewhere.chainId}, the deployment is on chain ${chainId}: correct rpcUrls or the deployment`,
    );
  if (views.some(({ up }) => up)) return;
  const complaints = views.map(({ host, complaint }) => `the RPC at ${host} ${complaint}`);
  throw new RefusedStart(`${complaints.join(", ")}: start the chain or correct rpcUrls`);
}

async function requireContract(client: PublicClient, name: string, address: Address): Promise<void> {
  const code = await client.getCode({ address });
  if (!code || code === "0x")
    throw new RefusedStart(
      `there is no contract at ${address}, where the deployment has ${name}: deploy, or use its own chain`,
    );
}

async function requireSameSystem(client: PublicClient, deployment: Deployment): Promise<void> {
  const contract = { address: deployment.assay, abi: assayAbi } as const;
  const [genesis, epochLength, policyBoard, vault] = await Promise.all([
    client.readContract({ ...contract, functionName: "genesis" }),
    client.readContract({ ...contract, functionName: "epochLength" }),
    client.readContract({ ...contract, functionName: "policyBoard" }),
    client.readContract({ ...contract, functionName: "vault" }),
  ]).catch((cause: unknown) => {
    // The endpoints have just answered: what fails now is the contract.
    if (!(cause instanceof ContractFunctionExecutionError)) throw cause;
    const why = decodeError(cause).replace(/\.$/, "");
    throw new RefusedStart(
      `the contract at ${deployment.assay} does not answer as an Assay (${why}): correct the deployment's address`,
      { cause },
    );
  });
  const wrong = [
    ["genesis", genesis, BigInt(deployment.genesis)] as const,
    ["epochLength", epochLength, BigInt(deployment.epochLength)] as const,
  ].find(([, onChain, written]) => onChain !== written);
  if (wrong)
    throw new RefusedStart(
      `the deployment says ${wrong[0]} ${wrong[2]}, the contract ${wrong[1]}: deploy again or correct it`,
    );
  const moved = [
    ["policyBoard", policyBoard, deployment.policyBoard] as const,
    ["vault", vault, deployment.vault] as const,
  ].find(([, onChain, written]) => !isAddressEqual(onChain, written));
  if (moved)
    throw new RefusedStart(
      `the deployment says ${moved[0]} ${moved[2]}, the contract ${moved[1]}: deploy again or correct it`,
    );
}
