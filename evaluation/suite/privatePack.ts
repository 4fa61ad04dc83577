import { randomBytes } from "node:crypto";
import type { Pack } from "./pack.ts";

/** A pack of which nobody can guess the content from its hash: it carries a random number of 256 bits. */
export function privatePack(pack: Pack): Pack {
  return { ...pack, nonce: pack.nonce ?? `0x${randomBytes(32).toString("hex")}` };
}
