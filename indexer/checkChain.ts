import type { Address } from "viem";
import { z } from "zod";
import type { Deployment } from "../sdk/deployment.ts";

/** The chain behind the RPC URL is not there or is not the deployment's; the message is one line and says what to do. */
export class ChainCheckError extends Error {
  override name = "ChainCheckError";
}

const timeoutMillis = 5_000;
const answerSchema = z.object({ result: z.string().startsWith("0x") });

async function ask(rpcUrl: string, method: string, params: readonly unknown[]): Promise<string> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  try {
    const response = await fetch(rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(timeoutMillis),
    });
    return answerSchema.parse(await response.json()).result;
  } catch {
    throw new ChainCheckError(
      `the chain at ${rpcUrl} does not answer ${method}: start it (npm start does), or set ASSAY_RPC_URL`,
    );
  }
}

async function requireCode(rpcUrl: string, name: string, address: Address): Promise<void> {
  if ((await ask(rpcUrl, "eth_getCode", [address, "latest"])) !== "0x") return;
  throw new ChainCheckError(
    `no contract at ${address} (${name}) on the chain at ${rpcUrl}: the deployment file is of another chain; deploy again or set ASSAY_DEPLOYMENT`,
  );
}

/**
 * Makes sure that the chain answers, has the deployment's id and holds its contracts.
 * @throws ChainCheckError
 */
export async function checkChain(rpcUrl: string, deployment: Deployment): Promise<void> {
  const chainId = Number(await ask(rpcUrl, "eth_chainId", []));
  if (chainId !== deployment.chainId) {
    throw new ChainCheckError(
      `the chain at ${rpcUrl} has id ${chainId}, the deployment is on ${deployment.chainId}: set ASSAY_RPC_URL or ASSAY_DEPLOYMENT`,
    );
  }
  await requireCode(rpcUrl, "assay", deployment.assay);
  await requireCode(rpcUrl, "vault", deployment.vault);
  await requireCode(rpcUrl, "court", deployment.court);
  await requireCode(rpcUrl, "inspector", deployment.inspector);
  await requireCode(rpcUrl, "policyBoard", deployment.policyBoard);
}
