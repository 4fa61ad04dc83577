import type { PublicClient } from "viem";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import { type Deployment, decodeError, policyBoardAbi, revertName } from "../sdk/index.ts";

/**
 * A seat as the chain has it now.
 * @throws RefusedStart when there is no such seat
 */
export async function readSeat(client: PublicClient, { policyBoard }: Deployment, seatId: bigint) {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  return client.readContract({ ...board, functionName: "seat", args: [seatId] }).catch((error: unknown) => {
    const why = decodeError(error).replace(/\.$/, "");
    const remedy = revertName(error) === "UnknownSeat" ? "name a seat that is there with --seat" : "try again";
    throw new RefusedStart(`seat ${seatId}: ${why}: ${remedy}`);
  });
}
