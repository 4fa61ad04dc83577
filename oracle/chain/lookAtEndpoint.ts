import { hexToBigInt, isHex, numberToHex } from "viem";
import { EndpointFailure, type RpcEndpoint } from "./rpcEndpoint.ts";

/** What tells one chain from another, and one endpoint from a later one. */
export interface EndpointLook {
  readonly chainId: number;
  /** Number of the latest block. */
  readonly head: bigint;
  /** Hash of the block asked for; undefined when the endpoint has no such block. */
  readonly anchorHash: string | undefined;
}

/** @throws EndpointFailure when it does not answer, or with something else than a chain does. */
export async function lookAtEndpoint(endpoint: RpcEndpoint, anchorBlock: bigint): Promise<EndpointLook> {
  const resultOf = async (method: string, params: readonly unknown[] = []): Promise<unknown> => {
    const { error, result } = await endpoint.ask(method, params);
    if (error) throw new EndpointFailure(`answers ${method} with an error: ${error.message.slice(0, 200)}`);
    return result;
  };
  const [chainId, latest, anchor] = await Promise.all([
    resultOf("eth_chainId"),
    resultOf("eth_getBlockByNumber", ["latest", false]),
    resultOf("eth_getBlockByNumber", [numberToHex(anchorBlock), false]),
  ]);
  const head = numberOf(latest);
  if (!isHex(chainId) || head === undefined) throw new EndpointFailure("answers with something else than a chain does");
  return { chainId: Number(chainId), head, anchorHash: hashOf(anchor) };
}

/** The latest block's number, if that is what an answer tells. */
export function headOf(method: string, params: unknown, result: unknown): bigint | undefined {
  if (method === "eth_blockNumber") return quantity(result);
  const isLatest = method === "eth_getBlockByNumber" && Array.isArray(params) && params[0] === "latest";
  return isLatest ? numberOf(result) : undefined;
}

const quantity = (value: unknown): bigint | undefined => (isHex(value) ? hexToBigInt(value) : undefined);

const numberOf = (block: unknown): bigint | undefined =>
  typeof block === "object" && block !== null && "number" in block ? quantity(block.number) : undefined;

const hashOf = (block: unknown): string | undefined =>
  typeof block === "object" && block !== null && "hash" in block && isHex(block.hash) ? block.hash : undefined;
