import type { Hex } from "viem";
import { RefusedStart } from "../service/refusedStart.ts";

/** A secret's file and how its password is come by; only asked for when the file is a keystore. */
export interface SecretText {
  readonly text: string;
  /** What a message calls it: "key file signing.json". */
  readonly name: string;
  /** Undefined when there is none. */
  readonly password: () => Promise<string | undefined>;
  /** The configuration's name of this secret, to which `.passwordFile` is added: "key". */
  readonly field: string;
}

/** Bytes of a keystore at most: one is some 700. */
const maxKeystoreBytes = 16_384;

/**
 * Opens a geth-v3 keystore.
 * @throws RefusedStart when it is none, no password is to be had or it does not fit; never with any part of the key.
 */
export async function openKeystore({ text, name, password, field }: SecretText): Promise<Hex> {
  // Loaded here because most starts need no keystore, and ethers costs a third of a second.
  const { isKeystoreJson, decryptKeystoreJson } = await import("ethers");
  if (text.length > maxKeystoreBytes || !isKeystoreJson(text))
    throw new RefusedStart(
      `${name} is neither a hex key, nor JSON with one, nor a geth-v3 keystore: correct ${field}.file`,
    );
  const secret = await password();
  if (secret === undefined)
    throw new RefusedStart(
      `${name} is a keystore: name the file with its password in ${field}.passwordFile or a variable in ${field}.passwordEnv, or start on a terminal`,
    );
  try {
    const { privateKey } = await decryptKeystoreJson(text, secret);
    return `0x${privateKey.replace(/^0x/, "")}`;
  } catch {
    throw new RefusedStart(
      `${name} does not open with the password given (${field}.passwordFile, ${field}.passwordEnv): correct one of them`,
    );
  }
}
