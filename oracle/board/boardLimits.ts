import { z } from "zod";

/**
 * What one evaluator and one client address may ask of a board. The defaults let a committee of 15 nodes work that all come from one
 * address, measure 64 versions and look every second: 15 reads a second for each of at most four open rounds, 60, and while 1,935
 * messages are read anew at most 8 pages for each node, 120 more. A node that reveals sends 65 messages in a second; one evaluator's
 * 129 messages of a session have 111 kB at most.
 */
export const boardLimitsSchema = z.strictObject({
  bytesPerEvaluator: z
    .int()
    .min(32_768)
    .max(16_777_216)
    .default(131_072)
    .describe(
      "Bytes one evaluator may store in one round or dispute. The messages on 64 versions need 111,000 at most; with less room some of them are refused.",
    ),
  messagesPerSecond: z
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe("New messages a second taken of one evaluator, whoever brings them; proofs of equivocation come on top."),
  postsPerSecond: z
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .describe("Messages a second that one client address may send; whoever sends more is told to come later."),
  readsPerSecond: z
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .describe("Pages a second that one client address may read; whoever reads more is told to come later."),
});

export type BoardLimits = z.infer<typeof boardLimitsSchema>;
