/** Limit of deployed code, EIP-170. */
export const codeLimit = 24_576;

/** One line for every contract that could not be deployed. */
export function oversized(sizes: Readonly<Record<string, number>>): string[] {
  return Object.entries(sizes)
    .filter(([, size]) => size > codeLimit)
    .map(([contract, size]) => `${contract} has ${size} bytes of code, more than ${codeLimit}`);
}
