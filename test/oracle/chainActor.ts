import {
  type Account,
  type Address,
  createPublicClient,
  createWalletClient,
  erc20Abi,
  type Hex,
  http,
  keccak256,
  toHex,
  zeroHash,
} from "viem";
import type { Report } from "../../oracle/messages/message.ts";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import { assayAbi, assayVaultAbi, type Deployment, inspectorAbi, policyBoardAbi } from "../../sdk/index.ts";

/** Digest of the manifest that `register` gives to a model of this name. */
export const digestOf = (name: string): Hex => keccak256(toHex(name));

/** Whoever does things on a test chain: one rich account, which owns the models it registers and the board. */
export function createChainActor(rpcUrl: string, deployment: Deployment) {
  const account = devAccount(roles.deployer);
  const transport = http(rpcUrl);
  const reader = createPublicClient({ transport, pollingInterval: 50, cacheTime: 0 });
  const wallet = createWalletClient({ account, transport });
  const assay = { address: deployment.assay, abi: assayAbi, chain: null } as const;
  const vault = { address: deployment.vault, abi: assayVaultAbi, chain: null } as const;
  const inspector = { address: deployment.inspector, abi: inspectorAbi, chain: null } as const;
  const board = { address: deployment.policyBoard, abi: policyBoardAbi, chain: null } as const;
  const token = { address: deployment.token, abi: erc20Abi, chain: null } as const;
  /** As another account, which has gas. */
  const as = (other: Account) => createWalletClient({ account: other, transport });

  const mined = async (hash: Hex) => {
    const receipt = await reader.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
    return receipt;
  };

  async function registerManifest(name: string, digest: Hex, uri: string): Promise<bigint> {
    const args = [name, digest, uri, zeroHash] as const;
    await mined(await wallet.writeContract({ ...assay, functionName: "register", args }));
    return reader.readContract({ ...assay, functionName: "modelCount" });
  }

  return {
    reader,
    approve: async () =>
      mined(await wallet.writeContract({ ...token, functionName: "approve", args: [deployment.vault, 10n ** 30n] })),
    register: (name: string): Promise<bigint> => registerManifest(name, digestOf(name), `https://models.test/${name}`),
    registerManifest,
    bond: async (modelId: bigint, assets: bigint) =>
      mined(await wallet.writeContract({ ...vault, functionName: "bond", args: [modelId, assets] })),
    prepay: async (modelId: bigint, rounds: bigint) =>
      mined(await wallet.writeContract({ ...vault, functionName: "prepay", args: [modelId, rounds] })),
    unbond: async (modelId: bigint, assets: bigint) =>
      mined(await wallet.writeContract({ ...vault, functionName: "requestBondUnbond", args: [modelId, assets] })),
    fundCommons: async (assets: bigint) =>
      mined(await wallet.writeContract({ ...vault, functionName: "fundCommons", args: [assets] })),
    setLane: async (modelId: bigint, lane: 0 | 1) =>
      mined(await wallet.writeContract({ ...assay, functionName: "setLane", args: [modelId, lane] })),
    async retire(modelId: bigint, evaluatedUntil: bigint) {
      const liableUntil = evaluatedUntil + 10_000_000n;
      const ends = { servedUntil: evaluatedUntil, evaluatedUntil, liableUntil, recordUntil: liableUntil };
      return mined(await wallet.writeContract({ ...assay, functionName: "retire", args: [modelId, ends] }));
    },
    openRound: async () => mined(await wallet.writeContract({ ...assay, functionName: "openRound" })),
    /** Sends without waiting for a block. */
    sendOpen: () => wallet.writeContract({ ...assay, functionName: "openRound", gas: 2_000_000n }),
    sendCapture: (roundId: bigint) =>
      wallet.writeContract({ ...assay, functionName: "captureEntropy", args: [roundId], gas: 2_000_000n }),
    sendLane: (modelId: bigint, lane: 0 | 1) =>
      wallet.writeContract({ ...assay, functionName: "setLane", args: [modelId, lane], gas: 200_000n }),
    capture: async (roundId: bigint) =>
      mined(await wallet.writeContract({ ...assay, functionName: "captureEntropy", args: [roundId] })),
    rotateLink: async (owner: Account, seatId: bigint, head: Hex) =>
      mined(await as(owner).writeContract({ ...board, functionName: "rotateLink", args: [seatId, head] })),
    async rotateSigner(owner: Account, seatId: bigint, signer: Address, sign: (hash: Hex) => Promise<Hex>) {
      const digest = await reader.readContract({ ...board, functionName: "keyProofDigest", args: [seatId] });
      const args = [seatId, signer, await sign(digest)] as const;
      return mined(await as(owner).writeContract({ ...board, functionName: "rotateSigner", args }));
    },
    challenge: async ({ signature, ...report }: Report, request: { leafIndex: bigint; recordIndex: bigint }) =>
      mined(
        await wallet.writeContract({
          ...inspector,
          functionName: "challenge",
          args: [report, signature, request],
        }),
      ),
    transferSeat: async (owner: Account, seatId: bigint, newOwner: Address) =>
      mined(await as(owner).writeContract({ ...board, functionName: "transferSeat", args: [seatId, newOwner] })),
    leaveSeat: async (seatId: bigint) =>
      mined(await wallet.writeContract({ ...board, functionName: "leaveSeat", args: [seatId] })),
  };
}

export type ChainActor = ReturnType<typeof createChainActor>;
