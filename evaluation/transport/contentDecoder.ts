import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/**
 * What undoes a content coding piece by piece, so that whoever listens can stop at a bound; null when there is none to undo.
 * One coding only: stacked ones multiply their ratios.
 */
export function createDecoder(header: string | string[]): Transform | "unsupported" | null {
  const encoding = String(header).trim().toLowerCase();
  switch (encoding) {
    case "":
    case "identity":
      return null;
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return "unsupported";
  }
}
