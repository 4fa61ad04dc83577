import { z } from "zod";
import { QueryError } from "./errors.ts";

/** One part of a cursor's key: a number of any size, bytes as 0x-hex, or text. */
export type KeyKind = "number" | "hex" | "text";
export type KeyPart = bigint | string;

const partSchemas = {
  number: z
    .string()
    .regex(/^\d{1,78}$/)
    .transform((text): KeyPart => BigInt(text)),
  hex: z.string().regex(/^0x[0-9a-f]{0,64}$/),
  // Postgres has no text with NUL.
  text: z
    .string()
    .max(256)
    .regex(/^[^\0]*$/),
};

/** An opaque cursor over the key that orders a list. */
export function encodeCursor(key: readonly KeyPart[]): string {
  return Buffer.from(JSON.stringify(key.map(String))).toString("base64url");
}

/**
 * The key of a cursor.
 * @throws QueryError BAD_CURSOR when it was not made for a list with these keys.
 */
export function decodeCursor(cursor: string, kinds: readonly KeyKind[]): KeyPart[] {
  try {
    const parts = z
      .array(z.string())
      .length(kinds.length)
      .parse(JSON.parse(`${Buffer.from(cursor, "base64url")}`));
    return kinds.map((kind, i) => partSchemas[kind].parse(parts[i]));
  } catch {
    throw new QueryError(
      "BAD_CURSOR",
      `"${cursor.slice(0, 60)}" is not a cursor of this list: use pageInfo.endCursor of a page with the same order`,
    );
  }
}
