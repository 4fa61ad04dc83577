/** Reproducible random values (mulberry32), leaning towards the ends of every range, where rules break. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 random bits. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A uniform integer of this many bits. */
  bits(count: number): bigint {
    let value = 0n;
    for (let have = 0; have < count; have += 32) value = (value << 32n) | BigInt(this.#next());
    return value & ((1n << BigInt(count)) - 1n);
  }

  /** A uniform integer, both ends included. */
  uniform(low: bigint, high: bigint): bigint {
    return low + (this.bits(288) % (high - low + 1n));
  }

  /** An integer, both ends included: an end or its neighbour one time in eight, else of a random order of magnitude half of the time. */
  between(low: bigint, high: bigint): bigint {
    if (this.chance(8))
      return this.pick([low, high, low + 1n <= high ? low + 1n : low, high - 1n >= low ? high - 1n : high]);
    if (this.chance(2)) return this.uniform(low, high);
    const size = Number(this.uniform(1n, BigInt((high - low).toString(2).length)));
    return low + (this.bits(size) % (high - low + 1n));
  }

  /** True one time in `n`. */
  chance(n: number): boolean {
    return this.#next() % n === 0;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.#next() % values.length];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  }

  /** Random bytes as hex. */
  hex(bytes: number): `0x${string}` {
    return `0x${this.bits(8 * bytes)
      .toString(16)
      .padStart(2 * bytes, "0")}`;
  }
}
