/** JSON with 256-bit numbers in decimal digits. */
export const decimalJson = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? v.toString() : v));
