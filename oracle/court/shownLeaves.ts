import { decodeFunctionData, type Hex, isAddressEqual, type PublicClient } from "viem";
import type { ShownLeaf } from "../../evaluation/evidence/findShownFraud.ts";
import { type Deployment, inspectorAbi } from "../../sdk/index.ts";
import type { Queryable } from "../database/openDatabase.ts";
import { readAnswers } from "./challengeTable.ts";

/** Answers of a report that are looked at, at most. */
const maxAnswers = 64;

export interface ShownLeavesSource {
  readonly database: Queryable;
  readonly client: Pick<PublicClient, "getTransaction">;
  readonly deployment: Pick<Deployment, "inspector">;
}

/** What answers to challenges have shown of a report's evidence. What another contract answered is not in its transaction's own data. */
export async function readShownLeaves(
  { database, client, deployment }: ShownLeavesSource,
  reportDigest: Hex,
): Promise<ShownLeaf[]> {
  const shown: ShownLeaf[] = [];
  for (const hash of (await readAnswers(database, reportDigest)).slice(0, maxAnswers)) {
    const { to, input } = await client.getTransaction({ hash });
    const leaf = to && isAddressEqual(to, deployment.inspector) ? shownIn(input) : undefined;
    if (leaf) shown.push(leaf);
  }
  return shown;
}

/** The signature over a report that somebody has challenged; undefined when another contract did. */
export async function readChallengeSignature(
  { client, deployment }: Omit<ShownLeavesSource, "database">,
  asked: Hex,
): Promise<Hex | undefined> {
  const { to, input } = await client.getTransaction({ hash: asked });
  if (!to || !isAddressEqual(to, deployment.inspector)) return undefined;
  const { functionName, args } = decodeFunctionData({ abi: inspectorAbi, data: input });
  return functionName === "challenge" ? args[1] : undefined;
}

function shownIn(data: Hex): ShownLeaf | undefined {
  const { functionName, args } = decodeFunctionData({ abi: inspectorAbi, data });
  if (functionName !== "answer") return undefined;
  const [, , { path, leaf }] = args;
  return { path, leaf };
}
