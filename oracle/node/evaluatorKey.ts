import { type Address, concat, type Hex, isHex, keccak256, numberToHex, pad, toHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { z } from "zod";
import { RefusedStart } from "../service/refusedStart.ts";

/** What an evaluator signs with, and the secrets at the ends of its hash chains. None is ever logged. */
export interface EvaluatorKey {
  readonly account: PrivateKeyAccount;
  /** The likeliest first; those of earlier chains, which open rounds still go by, after it. */
  readonly linkSecrets: readonly Hex[];
}

/** Earlier chains a key file may name: a chain is rotated once in years. */
const maxEarlierSecrets = 8;

/** The board of seats a hash chain belongs to. */
export interface SeatBoard {
  readonly chainId: number;
  readonly policyBoard: Address;
}

const isBytes32 = (value: unknown): value is Hex => isHex(value) && value.length === 66;
const bytes32 = z.custom<Hex>(isBytes32, "must be 0x and 32 bytes of hex");
const keyFileSchema = z.strictObject({
  privateKey: bytes32,
  linkSecret: bytes32.optional(),
  earlierLinkSecrets: z.array(bytes32).max(maxEarlierSecrets).optional(),
});

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
  const { privateKey, linkSecret, earlierLinkSecrets } = await parseKeyText(text.trim(), password);
  const derived = deriveLinkSecret(privateKey, board);
  const linkSecrets = [linkSecret ?? derived, ...(earlierLinkSecrets ?? []), derived];
  return { account: toAccount(privateKey), linkSecrets: [...new Set(linkSecrets)] };
}

async function parseKeyText(text: string, password: string | undefined): Promise<z.infer<typeof keyFileSchema>> {
  if (isBytes32(text)) return { privateKey: text };
  if (isBytes32(`0x${text}`)) return { privateKey: `0x${text}` };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new RefusedStart("the key file holds no key: write 0x and 64 hex digits, or a geth-v3 keystore");
  }
  const keyFile = keyFileSchema.safeParse(json);
  return keyFile.success ? keyFile.data : { privateKey: await decryptKeystore(text, password) };
}

async function decryptKeystore(text: string, password: string | undefined): Promise<Hex> {
  // Loaded here because most starts need no keystore, and ethers costs a third of a second.
  const { isKeystoreJson, Wallet } = await import("ethers");
  if (!isKeystoreJson(text))
    throw new RefusedStart('the key file is neither {"privateKey": "0x…"} nor a geth-v3 keystore: correct key.file');
  if (password === undefined)
    throw new RefusedStart("the key file is a keystore: name the file with its password in key.passwordFile");
  try {
    const { privateKey } = await Wallet.fromEncryptedJson(text, password.replace(/\r?\n$/, ""));
    return bytes32.parse(privateKey);
  } catch {
    throw new RefusedStart("the keystore does not open with the password in key.passwordFile: correct one of the two");
  }
}

function toAccount(privateKey: Hex): PrivateKeyAccount {
  try {
    return privateKeyToAccount(privateKey);
  } catch {
    throw new RefusedStart("the key file holds 32 bytes that are no secp256k1 key: it was damaged, restore it");
  }
}
