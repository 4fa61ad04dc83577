/** Exact arithmetic on non-negative integers; twin of what the libraries take from OpenZeppelin's Math. */

export function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** a − b, or 0 where that is negative. */
export function saturatingSub(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n;
}

/** ⌈a / b⌉ for b > 0. */
export function ceilDiv(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** ⌊√x⌋ by Newton's method from above; the start is at least the root, so the sequence falls until it is there. */
export function sqrtDown(x: bigint): bigint {
  if (x < 2n) return x;
  let root = 1n << BigInt((x.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** ⌈√x⌉. */
export function sqrtUp(x: bigint): bigint {
  const root = sqrtDown(x);
  return root * root < x ? root + 1n : root;
}
