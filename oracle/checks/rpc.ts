import { z } from "zod";
import { shownUrl } from "../http/shownUrl.ts";
import { askOnce, whyNot } from "./askOnce.ts";
import { type CheckResult, fail, ok, warn } from "./check.ts";

/** What one JSON-RPC endpoint said. */
export interface RpcAnswer {
  readonly url: string;
  readonly chainId: number;
  readonly block: { readonly number: number; readonly timestamp: number };
  readonly aheadMs: number | undefined;
}

/** Blocks an endpoint may be behind the one that is furthest. */
const fewBlocks = 10;

const quantity = z.templateLiteral(["0x", z.string()]).transform(Number).pipe(z.int());
const chainIdSchema = z.looseObject({ result: quantity });
const blockSchema = z.looseObject({ result: z.looseObject({ number: quantity, timestamp: quantity }) });

/** @throws Error in a few words */
async function askRpc(url: string, now: () => number): Promise<RpcAnswer> {
  const ask = async (method: string, params: readonly unknown[]) =>
    askOnce(url, now, { jsonrpc: "2.0", id: 1, method, params });
  const [id, block] = [await ask("eth_chainId", []), await ask("eth_getBlockByNumber", ["latest", false])];
  const chain = chainIdSchema.safeParse(parsed(id.text));
  const latest = blockSchema.safeParse(parsed(block.text));
  if (!chain.success || !latest.success) throw new Error(`it answers ${id.status} and no JSON-RPC of a chain`);
  return { url, chainId: chain.data.result, block: latest.data.result, aheadMs: id.aheadMs };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asks every endpoint; the answers of those on the right chain, for the checks that need a chain. */
export async function checkRpcs(
  urls: readonly string[],
  chainId: number,
  now: () => number,
): Promise<{ readonly results: readonly CheckResult[]; readonly answers: readonly RpcAnswer[] }> {
  const asked = await Promise.allSettled(urls.map((url) => askRpc(url, now)));
  const answers = asked.flatMap((each) =>
    each.status === "fulfilled" && each.value.chainId === chainId ? [each.value] : [],
  );
  const furthest = Math.max(...answers.map(({ block }) => block.number));
  const oneIsEnough = answers.length > 0 ? warn : fail;
  const results = urls.map((url, i): CheckResult => {
    const each = asked[i];
    const place = shownUrl(url);
    if (each?.status !== "fulfilled") {
      const reason = whyNot(each?.reason);
      return oneIsEnough(
        "rpc",
        `the RPC at ${place} does not answer (${reason})`,
        "start the chain or correct rpcUrls",
      );
    }
    const { value } = each;
    if (value.chainId !== chainId)
      return fail(
        "rpc",
        `the RPC at ${place} is chain ${value.chainId}, the deployment is on chain ${chainId}`,
        "correct one of the two",
      );
    const behind = furthest - value.block.number;
    return behind > fewBlocks
      ? warn(
          "rpc",
          `${place} is ${behind} blocks behind another`,
          "wait until it has caught up, or take it off rpcUrls",
        )
      : ok("rpc", `${place} answers; chain ${value.chainId}, block ${value.block.number}`);
  });
  return { results, answers };
}
