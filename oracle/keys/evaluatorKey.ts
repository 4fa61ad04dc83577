import { type Address, concat, type Hex, keccak256, type LocalAccount, numberToHex, pad, toHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { RefusedStart } from "../service/refusedStart.ts";
import { readKeyFile } from "./keyFile.ts";

/** What an evaluator signs and relays with, and the secrets at the ends of its hash chains. None is ever logged. */
export interface EvaluatorKey {
  /** The signing key. A node signs through its history only (see guardAccount). */
  readonly account: LocalAccount;
  /** Sends transactions and pays for them; the signing key without. */
  readonly relaying?: LocalAccount | undefined;
  /** The likeliest first; those of earlier chains, which open rounds still go by, after it. */
  readonly linkSecrets: readonly Hex[];
}

/** The board of seats a hash chain belongs to. */
export interface SeatBoard {
  readonly chainId: number;
  readonly policyBoard: Address;
}

/**
 * The secret behind an evaluator's hash chain, when it keeps none of its own. Bound to the board of seats: a link reveals every link
 * before it, so that a chain shared with a test network would give away its probes here.
 */
export function deriveLinkSecret(privateKey: Hex, { chainId, policyBoard }: SeatBoard): Hex {
  return keccak256(
    concat([keccak256(toHex("ASSAY.LINK.v1")), privateKey, pad(numberToHex(chainId)), pad(policyBoard)]),
  );
}

/**
 * Reads a signing key from the text of its file: hex, JSON {"privateKey", "linkSecret"?, "earlierLinkSecrets"?}, or a geth-v3 keystore.
 * @throws RefusedStart when it is none of them or the password does not fit; never with any part of the key.
 */
export async function parseEvaluatorKey(
  text: string,
  password: string | undefined,
  board: SeatBoard,
): Promise<EvaluatorKey> {
  const secret = { text, name: "the key file", field: "key", password: async () => password?.replace(/\r?\n$/, "") };
  const { privateKey, linkSecret, earlierLinkSecrets } = await readKeyFile(secret);
  const derived = deriveLinkSecret(privateKey, board);
  const account = accountOf(privateKey, "the key file");
  const linkSecrets = [linkSecret ?? derived, ...(earlierLinkSecrets ?? []), derived];
  return { account, linkSecrets: [...new Set(linkSecrets)] };
}

/** @throws RefusedStart when the bytes are no key. */
export function accountOf(privateKey: Hex, name: string): PrivateKeyAccount {
  try {
    return privateKeyToAccount(privateKey);
  } catch {
    throw new RefusedStart(`${name} holds 32 bytes that are no secp256k1 key: it was damaged, restore it`);
  }
}
