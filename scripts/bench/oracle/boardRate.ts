import { keccak256, toHex } from "viem";
import { stringifyMessage } from "../../../oracle/messages/message.ts";
import type { SigningDomain } from "../../../oracle/messages/messageDigest.ts";
import { signed, type TestEvaluator } from "../../../test/oracle/committee.ts";
import { closedLoop, costOf } from "../harness/cost.ts";

const concurrency = 16;
/** What a board takes of one evaluator in a round, less what the evaluators of the bench have said in it. */
const perEvaluator = 100;

/**
 * Messages a board takes in a second, each checked, stored and answered.
 * @param roundId A round that the board takes messages for.
 */
export async function boardRate(
  board: string,
  domain: SigningDomain,
  evaluators: readonly TestEvaluator[],
  roundId: bigint,
): Promise<number> {
  const bodies = await Promise.all(
    evaluators.flatMap((evaluator) =>
      Array.from({ length: perEvaluator }, async (_, i) => {
        const digest = keccak256(toHex(`bench ${i}`));
        const commitment = {
          kind: "commitment",
          roundId,
          modelId: BigInt(1_000 + i),
          digest,
          reportDigest: digest,
        } as const;
        return stringifyMessage(
          await signed({ ...commitment, evaluator: evaluator.account.address }, evaluator, domain),
        );
      }),
    ),
  );
  const { requests, wallMs } = await costOf(() =>
    closedLoop({ count: bodies.length, concurrency }, async (nth) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${board}/v1/messages`, { method: "POST", headers, body: bodies[nth] ?? "" });
      await response.arrayBuffer();
      if (response.status !== 201) throw new Error(`the board answers ${response.status} to a message it should take`);
    }),
  );
  return Math.round((requests * 1_000) / wallMs);
}
