/**
 * The conditions that can speak against an admission, in the order of their bits. These codes are what programs read, in JSON,
 * GraphQL and on the command line. Twin of contracts/libraries/AdmissionReason.sol.
 */
export const reasonCodes = [
  "retired",
  "not-standard-lane",
  "too-few-rounds",
  "too-little-evidence",
  "result-too-old",
  "clean-rounds-owed",
  "bond-too-small",
  "freeze-open",
  "repeat",
  "format",
  "carry-over",
  "perturbation",
  "edge",
  "load",
  "first-try",
  "paused",
  "no-version",
  "result-needed",
] as const;

export type ReasonCode = (typeof reasonCodes)[number];

/** Has no meaning: how much others delegate is no reason against anybody. */
const reservedBit = 7n;

/** Bit of the first family's reason; the others follow in family order. */
const firstFamilyBit = 9n;

/** The reason "this family is below its bar", as a bitmap. */
export function familyReason(index: number): bigint {
  return 1n << (firstFamilyBit + BigInt(index));
}

/** All families' reasons, as a bitmap. */
export const anyFamilyReason = 0x7fn << firstFamilyBit;

/** One reason as a bitmap. */
export function reasonBit(code: ReasonCode): bigint {
  const place = BigInt(reasonCodes.indexOf(code));
  return 1n << (place < reservedBit ? place : place + 1n);
}

/** The reasons in a bitmap, lowest bit first; bits without a meaning are left out. */
export function reasonsOf(bitmap: bigint): ReasonCode[] {
  return reasonCodes.filter((code) => (bitmap & reasonBit(code)) !== 0n);
}
