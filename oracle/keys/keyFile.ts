import { type Hex, isHex } from "viem";
import { z } from "zod";
import { RefusedStart } from "../service/refusedStart.ts";
import { openKeystore, type SecretText } from "./keystore.ts";

/** Earlier chains a file may name: a chain is rotated once in years. */
const maxEarlierSecrets = 8;

const bytes32 = z.custom<Hex>((value) => isHex(value) && value.length === 66, "must be 0x and 32 bytes of hex");
const secrets = {
  linkSecret: bytes32.optional(),
  earlierLinkSecrets: z.array(bytes32).max(maxEarlierSecrets).optional(),
};
const keyFileSchema = z.strictObject({ privateKey: bytes32, ...secrets });
const linkFileSchema = z.strictObject({ ...secrets, linkSecret: bytes32 });

export type KeyFile = z.output<typeof keyFileSchema>;

/**
 * Reads a private key: hex, JSON {"privateKey", "linkSecret"?, "earlierLinkSecrets"?}, or a geth-v3 keystore.
 * @throws RefusedStart when it is none of them or the password does not fit; never with any part of the key.
 */
export async function readKeyFile(secret: SecretText): Promise<KeyFile> {
  const plain = plainHex(secret.text);
  if (plain) return { privateKey: plain };
  const parsed = keyFileSchema.safeParse(jsonOf(secret, "write 0x and 64 hex digits, or a geth-v3 keystore"));
  return parsed.success ? parsed.data : { privateKey: await openKeystore(secret) };
}

/**
 * Reads the secrets of hash chains, the one in use first: hex, JSON {"linkSecret", "earlierLinkSecrets"?}, or a keystore.
 * @throws RefusedStart as readKeyFile.
 */
export async function readLinkFile(secret: SecretText): Promise<Hex[]> {
  const plain = plainHex(secret.text);
  if (plain) return [plain];
  const parsed = linkFileSchema.safeParse(
    jsonOf(secret, "write 0x and 64 hex digits, or name the file `assay operator keys` wrote"),
  );
  if (!parsed.success) return [await openKeystore(secret)];
  return [parsed.data.linkSecret, ...(parsed.data.earlierLinkSecrets ?? [])];
}

function plainHex(text: string): Hex | undefined {
  const trimmed = text.trim();
  const hex: Hex = `0x${trimmed.replace(/^0x/, "")}`;
  return bytes32.safeParse(hex).success ? hex : undefined;
}

function jsonOf({ text, name }: SecretText, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedStart(`${name} holds no key: ${remedy}`);
  }
}
