import type { Address, Hex } from "viem";
import { RefusedStart } from "../service/refusedStart.ts";

/**
 * A secp256k1 key that this process does not hold. Everything Ethereum signs is the keccak-256 of something; signers are given that
 * something, because some hash it themselves and would hash a digest once more.
 */
export interface RemoteSigner {
  /** As the signer itself names its key; nothing is believed until a signature shows it. */
  readonly address: Address;
  /** Where it is, for people: without user, password, query or key material. */
  readonly place: string;
  /**
   * Signs keccak-256 of `preimage`.
   * @returns r and s, 64 bytes; s may be in the upper half, and the recovery bit is unknown.
   * @throws SignerFailedError
   */
  sign(preimage: Hex): Promise<Hex>;
}

/** A signer did not sign: one line with its place, what it said and what to do. */
export class SignerFailedError extends RefusedStart {
  override name = "SignerFailedError";
}
