import { bytesToHex, concat, type Hex, pad } from "viem";

/** Answers of key services hold a signature as ASN.1 DER: SEQUENCE { INTEGER r, INTEGER s } (RFC 3279). */
const sequenceTag = 0x30;
const integerTag = 0x02;
/** Of an integer of 256 bits: 32 bytes and a zero before them where their highest bit is set. */
const maxIntegerBytes = 33;
/** Two integers with tag and length each; short enough for a length of one byte. */
const maxBodyBytes = 2 * (2 + maxIntegerBytes);

/**
 * Reads r and s of a DER signature, strictly: nothing before, between or after, minimal and positive integers.
 * @returns r and s, 32 bytes each; undefined for anything else.
 */
export function parseDerSignature(der: Uint8Array): Hex | undefined {
  const [tag, length] = der;
  if (tag !== sequenceTag || length !== der.length - 2 || length > maxBodyBytes) return undefined;
  const r = readInteger(der, 2);
  const s = r && readInteger(der, r.end);
  return r && s && s.end === der.length ? concat([r.value, s.value]) : undefined;
}

function readInteger(der: Uint8Array, from: number): { value: Hex; end: number } | undefined {
  const length = der[from + 1];
  if (der[from] !== integerTag || length === undefined || length === 0 || length > maxIntegerBytes) return undefined;
  const start = from + 2;
  const bytes = der.subarray(start, start + length);
  const [first = 0, second = 0] = bytes;
  const isNegative = first >= 0x80;
  const isPadded = first === 0 && length > 1;
  if (bytes.length !== length || isNegative || (isPadded && second < 0x80)) return undefined;
  const digits = isPadded ? bytes.subarray(1) : bytes;
  return digits.length > 32 ? undefined : { value: pad(bytesToHex(digits), { size: 32 }), end: start + length };
}
