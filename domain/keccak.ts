import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Hex } from "./hex.ts";

/** A value that is hashed as one 32-byte word: a number, or at most 32 bytes of hex, padded on the left like an address. */
export type Word = bigint | Hex;

/** A value does not fit into a 32-byte word. */
export class WordOutOfRange extends Error {
  override name = "WordOutOfRange";

  constructor(value: Word) {
    super(`${value} is not a 32-byte word: give an integer from 0 to 2^256 − 1 or at most 64 hex digits after 0x`);
  }
}

/** keccak256 of bytes. */
export function keccak(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(keccak_256(bytes))}`;
}

/** keccak256 of a text's UTF-8 bytes. */
export function keccakText(text: string): Hex {
  return keccak(utf8ToBytes(text));
}

/** keccak256(abi.encode(…)) of value types: every value is one 32-byte word. Throws WordOutOfRange. */
export function keccakWords(...words: readonly Word[]): Hex {
  return keccak(hexToBytes(words.map(wordDigits).join("")));
}

/** keccak256 of the concatenation of 32-byte values, as for the reports of an entry (merkleReports.ts). */
export function keccakConcat(words: readonly Hex[]): Hex {
  return keccakWords(...words);
}

/** A 32-byte word as 64 hex digits, without the prefix. */
function wordDigits(word: Word): string {
  const digits = typeof word === "bigint" ? (word < 0n ? "" : word.toString(16)) : word.slice(2);
  if (!/^[0-9a-fA-F]{1,64}$/.test(digits)) throw new WordOutOfRange(word);
  return digits.padStart(64, "0");
}
