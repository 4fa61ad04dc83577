import { z } from "zod";

/** Shapes of scalars, parsed to what the contracts return. */
export const amount = z.string().transform(BigInt);
export const hex = z.templateLiteral(["0x", z.string()]);
/** Seconds; 0 for null, as on chain. */
export const time = z
  .string()
  .nullable()
  .transform((text) => (text === null ? 0n : BigInt(Date.parse(text) / 1000)));
/** A page of a connection, as the list of its nodes. */
export const nodes = <Node>(node: z.ZodType<Node>) =>
  z.object({ nodes: z.array(node) }).transform((page) => page.nodes);
