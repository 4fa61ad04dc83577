import { createHash } from "node:crypto";
import type { Hex } from "../../domain/hex.ts";

/** SHA-256 of bytes as they come: the name of the blob they are. */
export async function hashOf(bytes: AsyncIterable<Uint8Array>): Promise<Hex> {
  const hasher = createHash("sha256");
  for await (const chunk of bytes) hasher.update(chunk);
  return `0x${hasher.digest("hex")}`;
}
