import {
  type Address,
  createWalletClient,
  custom,
  type Hex,
  isAddressEqual,
  type LocalAccount,
  type PublicClient,
  WaitForTransactionReceiptTimeoutError,
} from "viem";
import { openKey } from "../oracle/keys/openKeys.ts";
import type { PasswordSources } from "../oracle/keys/password.ts";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import { assayVaultAbi, decodeError, policyBoardAbi } from "../sdk/index.ts";
import type { SeatCall } from "./seatCall.ts";

export interface SeatSending {
  readonly client: PublicClient;
  /** The seat's owner, who alone may send it. */
  readonly owner: Address;
  /** File of the owner's key. */
  readonly keyFile: string;
  readonly passwords: PasswordSources;
  /** Told as soon as it is under way: whoever stops waiting then knows what to look for. */
  readonly onSent: (hash: Hex) => void;
}

/**
 * Sends a call as the seat's owner and waits for its block. While another transaction of the owner is under way nothing is sent: it may
 * be this very call, by a command that was ended before its block came.
 * @throws RefusedStart when the key is not the owner's, the contract refuses, or no block comes
 */
export async function sendSeatCall(call: SeatCall, sending: SeatSending): Promise<Hex> {
  const { client, owner, keyFile, passwords, onSent } = sending;
  const { account } = await openKey({ file: keyFile }, "--owner-key", passwords);
  if (!isAddressEqual(account.address, owner))
    throw new RefusedStart(
      `the seat's owner is ${owner}, --owner-key is the key of ${account.address}: use the owner's`,
    );
  await requireQuiet(client, owner);
  try {
    const hash = await write(client, account, call);
    onSent(hash);
    const { status } = await client.waitForTransactionReceipt({ hash, pollingInterval: 1_000 });
    if (status === "success") return hash;
    throw new RefusedStart(`transaction ${hash} was reverted: run the command again to see what is due`);
  } catch (error) {
    throw error instanceof RefusedStart ? error : refusalOf(call, owner, error);
  }
}

async function requireQuiet(client: PublicClient, owner: Address): Promise<void> {
  const [done, known] = await Promise.all(
    (["latest", "pending"] as const).map((blockTag) => client.getTransactionCount({ address: owner, blockTag })),
  );
  if (known !== undefined && done !== undefined && known > done)
    throw new RefusedStart(
      `a transaction of the owner ${owner} is under way (nonce ${done}), perhaps this one: run the command again when it is in a block`,
    );
}

function refusalOf({ name }: SeatCall, owner: Address, error: unknown): RefusedStart {
  if (error instanceof WaitForTransactionReceiptTimeoutError)
    return new RefusedStart(`${name} was sent, but is in no block yet: run the command again later`);
  const why = decodeError(error).replace(/\.$/, "");
  const lacksGas = /funds|balance/i.test(`${why} ${error instanceof Error ? error.message : ""}`);
  return new RefusedStart(
    lacksGas
      ? `${name}: the owner ${owner} cannot pay the gas: send it some of the chain's coin`
      : `${name}: ${why}: run the command again to see what is due`,
  );
}

async function write(client: PublicClient, account: LocalAccount, call: SeatCall): Promise<Hex> {
  // Over all endpoints, as everything else.
  const wallet = createWalletClient({ account, chain: client.chain, transport: custom(client) });
  const board = { address: call.to, abi: policyBoardAbi, account } as const;
  if (call.name === "leaveSeat") {
    const { request } = await client.simulateContract({ ...board, functionName: call.name, args: call.args });
    return wallet.writeContract(request);
  }
  if (call.name === "rotateSigner") {
    const { request } = await client.simulateContract({ ...board, functionName: call.name, args: call.args });
    return wallet.writeContract(request);
  }
  if (call.name === "rotateLink") {
    const { request } = await client.simulateContract({ ...board, functionName: call.name, args: call.args });
    return wallet.writeContract(request);
  }
  const vault = { address: call.to, abi: assayVaultAbi, account } as const;
  if (call.name === "requestSeatUnbond") {
    const { request } = await client.simulateContract({ ...vault, functionName: call.name, args: call.args });
    return wallet.writeContract(request);
  }
  const { request } = await client.simulateContract({ ...vault, functionName: call.name, args: call.args });
  return wallet.writeContract(request);
}
