/**
 * An evaluator without a node, who measures nothing: it publishes what another one has revealed under its own name, and signs whatever
 * batch it sees.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Hex, hexToBigInt } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { z } from "zod";
import { signDigests } from "../../../oracle/messages/compactSignature.ts";
import {
  type BatchSignature,
  type Message,
  messageSchema,
  type Report,
  stringifyMessage,
} from "../../../oracle/messages/message.ts";
import { messageDigests, reportDigest, type UnsignedMessage } from "../../../oracle/messages/messageDigest.ts";
import { createLinkChain } from "../../../oracle/node/linkChain.ts";
import { roundIdAt } from "../../../oracle/node/roundTiming.ts";
import { configPath, readConfig, readDeployment } from "../../../oracle/service/readConfig.ts";
import { runService } from "../../../oracle/service/runService.ts";

const hex = z.custom<Hex>((value) => typeof value === "string" && value.startsWith("0x"));
const configSchema = z.strictObject({
  deployment: z.string(),
  rpcUrl: z.url(),
  boards: z.array(z.url()),
  privateKey: hex,
  linkSecret: hex,
});
const pageSchema = z.object({ messages: z.array(z.object({ message: messageSchema })) });
const blockSchema = z.object({ result: z.object({ timestamp: hex }) });
const lookEveryMs = 100;

await runService("copier", async () => {
  const config = await readConfig(configPath(process.argv.slice(2), "copier.ts --config FILE"), configSchema);
  const deployment = readDeployment(config.deployment);
  const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
  const account = privateKeyToAccount(config.privateKey);
  const links = createLinkChain(config.linkSecret);
  const stopping = new AbortController();
  const done = new Set<string>();

  const say = async <T extends UnsignedMessage>(message: T): Promise<void> => {
    const body = stringifyMessage({
      ...message,
      signature: await signDigests(account, messageDigests(domain, message)),
    });
    const headers = { "content-type": "application/json" };
    await Promise.all(config.boards.map((board) => fetch(`${board}/v1/messages`, { method: "POST", body, headers })));
  };

  const copyReport = async ({ signature: _, ...theirs }: Report): Promise<void> => {
    const evaluator = account.address;
    const report = { ...theirs, evaluator, link: links.linkOf(theirs.roundId) };
    const { roundId, modelId, digest } = report;
    await say({ kind: "commitment", roundId, modelId, digest, evaluator, reportDigest: reportDigest(domain, report) });
    await say(report);
  };

  const copyBatch = ({ signature: _, ...theirs }: BatchSignature): Promise<void> =>
    say({ ...theirs, evaluator: account.address });

  const copy = async (message: Message): Promise<void> => {
    if (message.kind === "commitment" || message.evaluator === account.address) return;
    const key = `${message.kind} ${message.roundId} ${message.kind === "report" ? message.modelId : ""}`;
    if (done.has(key)) return;
    done.add(key);
    await (message.kind === "report" ? copyReport(message) : copyBatch(message));
  };

  const currentRound = async (): Promise<bigint> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params: ["latest", false] });
    const headers = { "content-type": "application/json" };
    const { result } = blockSchema.parse(await (await fetch(config.rpcUrl, { method: "POST", body, headers })).json());
    return roundIdAt(deployment, hexToBigInt(result.timestamp));
  };

  const look = async (): Promise<void> => {
    const roundId = await currentRound();
    for (const board of config.boards) {
      const page = await fetch(`${board}/v1/rounds/${roundId}/messages?limit=200`);
      for (const { message } of pageSchema.parse(await page.json()).messages) await copy(message);
    }
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      await look();
      await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    ready: `copier ${account.address} ready`,
    close: async () => {
      stopping.abort();
      await running;
    },
  };
});
