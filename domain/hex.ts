/** Bytes as hexadecimal digits, two a byte, with the prefix 0x. */
export type Hex = `0x${string}`;
