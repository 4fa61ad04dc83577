/** bps as per cent with both decimals: `83.25 %`. */
export function percent(bps: number): string {
  return `${(bps / 100).toFixed(2)} %`;
}

/** bps as per cent without decimals unless they matter: `83 %`, `99.98 %` is never shown as 100. */
export function shortPercent(bps: number): string {
  return `${bps % 100 === 0 ? bps / 100 : (Math.floor(bps / 10) / 10).toFixed(1)} %`;
}

/** A count with thousands separated: `1,158`. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** Microseconds as milliseconds, with as many decimals as they deserve: `0.04 ms`, `2.4 ms`, `12 ms`. */
export function milliseconds(micros: number): string {
  if (micros >= 10_000) return `${grouped(Math.round(micros / 1000))} ms`;
  return `${(micros / 1000).toFixed(micros >= 1_000 ? 1 : 2)} ms`;
}
