import { type Address, createPublicClient, defineChain, type Hex, http, isAddressEqual, type PublicClient } from "viem";
import { assayAbi, type Deployment, policyBoardAbi } from "../../sdk/index.ts";
import { signersAt } from "../chain/signersAt.ts";
import { RefusedStart } from "../service/refusedStart.ts";

/**
 * A client for the deployment's chain.
 * @throws RefusedStart when the RPC does not answer, is another chain, or has no contract at the deployment's addresses.
 */
export async function connect(rpcUrl: string, deployment: Deployment): Promise<PublicClient> {
  const transport = http(rpcUrl, { timeout: 10_000, retryCount: 2, batch: { wait: 0 } });
  const chain = defineChain({
    id: deployment.chainId,
    name: `chain ${deployment.chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const client = createPublicClient({ chain, transport, pollingInterval: 250, cacheTime: 0 });
  const chainId = await client.getChainId().catch((cause: unknown) => {
    throw new RefusedStart(`the RPC at ${rpcUrl} does not answer: start the chain or correct rpcUrl`, { cause });
  });
  if (chainId !== deployment.chainId)
    throw new RefusedStart(
      `the RPC at ${rpcUrl} is chain ${chainId}, the deployment is on chain ${deployment.chainId}: correct one of the two`,
    );
  await requireContract(client, "Assay", deployment.assay);
  await requireContract(client, "PolicyBoard", deployment.policyBoard);
  await requireSameEpochs(client, deployment);
  return client;
}

async function requireContract(client: PublicClient, name: string, address: Address): Promise<void> {
  const code = await client.getCode({ address });
  if (!code || code === "0x")
    throw new RefusedStart(
      `there is no contract at ${address}, where the deployment has ${name}: deploy, or use its own chain`,
    );
}

async function requireSameEpochs(client: PublicClient, deployment: Deployment): Promise<void> {
  const contract = { address: deployment.assay, abi: assayAbi } as const;
  const [genesis, epochLength, policyBoard] = await Promise.all([
    client.readContract({ ...contract, functionName: "genesis" }),
    client.readContract({ ...contract, functionName: "epochLength" }),
    client.readContract({ ...contract, functionName: "policyBoard" }),
  ]);
  const wrong = [
    ["genesis", genesis, BigInt(deployment.genesis)] as const,
    ["epochLength", epochLength, BigInt(deployment.epochLength)] as const,
  ].find(([, onChain, written]) => onChain !== written);
  if (wrong)
    throw new RefusedStart(
      `the deployment says ${wrong[0]} ${wrong[2]}, the contract ${wrong[1]}: deploy again or correct it`,
    );
  if (!isAddressEqual(policyBoard, deployment.policyBoard))
    throw new RefusedStart(
      `the deployment says policyBoard ${deployment.policyBoard}, the contract ${policyBoard}: deploy again or correct it`,
    );
}

/**
 * The seat that a key holds.
 * @param linkHead Head of the hash chain that the key's owner has the secret of.
 * @throws RefusedStart when it holds none, or the hash chain of its secret is not the one the seat was given.
 */
export async function findSeat(
  client: PublicClient,
  { policyBoard }: Deployment,
  signer: Address,
  linkHead: Hex,
): Promise<number> {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const pointer = await client.readContract({ ...board, functionName: "seatsPointer" });
  const seat = (await signersAt(client, pointer)).indexOf(signer);
  if (seat < 0)
    throw new RefusedStart(
      `key ${signer} holds no seat on PolicyBoard ${policyBoard}: have it seated (addSeat), or use the key that is`,
    );
  const onChain = await client.readContract({ ...board, functionName: "seat", args: [BigInt(seat)] });
  if (onChain.linkHead !== linkHead)
    throw new RefusedStart(
      `the link secret of ${signer} does not belong to seat ${seat}, whose hash chain begins with ${onChain.linkHead}: restore linkSecret in the key file`,
    );
  return seat;
}

/** @throws RefusedStart when the suite is not the one that rounds run now. */
export async function requireSuite(client: PublicClient, { policyBoard }: Deployment, suiteHash: Hex): Promise<void> {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const policyId = await client.readContract({ ...board, functionName: "currentPolicyId" });
  const policy = await client.readContract({ ...board, functionName: "policy", args: [policyId] });
  if (policy.suiteHash !== suiteHash)
    throw new RefusedStart(
      `the suite has hash ${suiteHash}, policy ${policyId} asks for ${policy.suiteHash}: set suite to the file with that hash`,
    );
}
