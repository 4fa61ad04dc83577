/** A value does not fit into its bits of a packed word. */
export class FieldOutOfRange extends Error {
  override name = "FieldOutOfRange";

  constructor(field: string, value: bigint, bits: bigint) {
    super(`${field} is ${value}, but its field has ${bits} bits: it must be between 0 and ${(1n << bits) - 1n}`);
  }
}

/** Where a field lies in a packed word, in bits, counted from the lowest. */
export interface BitField {
  readonly offset: bigint;
  readonly bits: bigint;
}

/** The value of a field of a word. */
export function readField(word: bigint, { offset, bits }: BitField): bigint {
  return (word >> offset) & ((1n << bits) - 1n);
}

/** A word with nothing but this field set. Throws FieldOutOfRange rather than spilling into the neighbour. */
export function placeField(name: string, value: bigint, { offset, bits }: BitField): bigint {
  if (value < 0n || value >> bits !== 0n) throw new FieldOutOfRange(name, value, bits);
  return value << offset;
}
