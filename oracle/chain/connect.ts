import { type Address, createPublicClient, defineChain, fallback, http, isAddressEqual, type PublicClient } from "viem";
import { assayAbi, type Deployment } from "../../sdk/index.ts";
import { RefusedStart } from "../service/refusedStart.ts";

/**
 * A client for the deployment's chain.
 * @throws RefusedStart when the RPC does not answer, is another chain, or has no contract at the deployment's addresses.
 */
export async function connect(rpcUrls: readonly string[], deployment: Deployment): Promise<PublicClient> {
  const rpcUrl = rpcUrls.join(", ");
  const transport = fallback(
    rpcUrls.map((url) => http(url, { timeout: 10_000, batch: { wait: 0 } })),
    { retryCount: 2 },
  );
  const chain = defineChain({
    id: deployment.chainId,
    name: `chain ${deployment.chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [...rpcUrls] } },
  });
  const client = createPublicClient({ chain, transport, pollingInterval: 250, cacheTime: 0 });
  const chainId = await client.getChainId().catch((cause: unknown) => {
    throw new RefusedStart(`the RPC at ${rpcUrl} does not answer: start the chain or correct rpcUrls`, { cause });
  });
  if (chainId !== deployment.chainId)
    throw new RefusedStart(
      `the RPC at ${rpcUrl} is chain ${chainId}, the deployment is on chain ${deployment.chainId}: correct one of the two`,
    );
  await requireContract(client, "Assay", deployment.assay);
  await requireContract(client, "AssayVault", deployment.vault);
  await requireContract(client, "PolicyBoard", deployment.policyBoard);
  await requireSameSystem(client, deployment);
  return client;
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
  ]);
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
