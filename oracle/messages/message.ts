import { type Address, getAddress, type Hex, isHex } from "viem";
import { z } from "zod";

/** Results one batch carries at most; also the versions one committee measures in one round. */
export const maxResultsPerBatch = 64;

/** A commitment and a report for each version that a committee measures, and one batch signature: what a board takes of one in a round. */
export const messagesPerEvaluator = 2 * maxResultsPerBatch + 1;

/** Batches one committee's results go out in at most: those that pass, and the failing ones two by two (see splitResults). */
const maxBatches = 1 + maxResultsPerBatch / 2;

/** Bytes of one message on the wire at most. A batch signature over 64 results in 33 batches is the largest, at some 25 KB. */
export const maxMessageBytes = 32_768;

/** EIP-2098: r, then s with v in its highest bit. */
export const signatureBytes = 64;

const isHexOf = (bytes: number) => (value: string) => isHex(value) && value.length === 2 + 2 * bytes;
const lowerHex = (bytes: number) =>
  z
    .string()
    .max(2 + 2 * bytes)
    .refine(isHexOf(bytes), `must be 0x and ${bytes} bytes of hex`)
    .transform((value): Hex => `0x${value.slice(2).toLowerCase()}`);

const uint256 = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/, "must be a whole number in decimal digits")
  .transform((value) => BigInt(value))
  .refine((value) => value < 1n << 256n, "must fit 256 bits");

const address = z
  .string()
  .refine(isHexOf(20), "must be a 20-byte hex address")
  .transform((value): Address => getAddress(value));

const uint48 = uint256.refine((value) => value < 1n << 48n, "must fit 48 bits");

const header = { roundId: uint48, evaluator: address };
const subject = { modelId: uint256, digest: lowerHex(32) };
const signature = lowerHex(signatureBytes);

const commitmentSchema = z.strictObject({
  kind: z.literal("commitment"),
  ...header,
  ...subject,
  reportDigest: lowerHex(32),
  signature,
});

const reportSchema = z.strictObject({
  kind: z.literal("report"),
  ...header,
  ...subject,
  word: uint256,
  evidenceRoot: lowerHex(32),
  evidenceHash: lowerHex(32),
  link: lowerHex(32),
  signature,
});

const batchEntrySchema = z.strictObject({ ...subject, word: uint256, reporters: uint256 });

const signedBatchSchema = z.strictObject({
  reportsRoot: lowerHex(32),
  entries: z.array(batchEntrySchema).min(1).max(maxResultsPerBatch),
});

const batchSignatureSchema = z
  .strictObject({
    kind: z.literal("batchSignature"),
    ...header,
    shard: uint48,
    batches: z.array(signedBatchSchema).min(1).max(maxBatches),
    /** One signature for each batch, one after the other. */
    signature: z
      .string()
      .max(2 + 2 * signatureBytes * maxBatches)
      .refine((value) => isHex(value), "must be 0x and hex")
      .transform((value): Hex => `0x${value.slice(2).toLowerCase()}`),
  })
  .refine(({ batches, signature }) => signature.length === 2 + 2 * signatureBytes * batches.length, {
    path: ["signature"],
    message: `must be ${signatureBytes} bytes for each batch`,
  })
  .refine(({ batches }) => batches.reduce((sum, { entries }) => sum + entries.length, 0) <= maxResultsPerBatch, {
    path: ["batches"],
    message: `must hold at most ${maxResultsPerBatch} results together`,
  });

/**
 * Everything that travels between evaluators, as JSON with 256-bit numbers in decimal digits.
 * A commitment binds an evaluator to a report nobody has seen; a report reveals it; a batch signature proposes, and agrees to, the
 * batches that follow from the reports of the seats in `reporters` (for each entry a bitmap over the round's seat list).
 */
export const messageSchema = z.discriminatedUnion("kind", [commitmentSchema, reportSchema, batchSignatureSchema]);

export type Message = z.infer<typeof messageSchema>;
export type Commitment = z.infer<typeof commitmentSchema>;
export type Report = z.infer<typeof reportSchema>;
export type BatchSignature = z.infer<typeof batchSignatureSchema>;
export type SignedBatch = BatchSignature["batches"][number];
export type BatchEntry = SignedBatch["entries"][number];
export type MessageKind = Message["kind"];

/** One kind of message before it is signed. */
export type Unsigned<T extends Message> = Omit<T, "signature">;

/** A message is not one of the three shapes; the message names the first wrong field. */
export class MalformedMessageError extends Error {
  override name = "MalformedMessageError";
}

/**
 * Parses one message from the wire.
 * @throws MalformedMessageError naming the first wrong field and what it should be.
 */
export function parseMessage(text: string): Message {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new MalformedMessageError("the message is not JSON: send one signed message as a JSON object");
  }
  const parsed = messageSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MalformedMessageError(`${issue?.path.join(".") || "the message"}: ${issue?.message ?? "is invalid"}`);
}

/** The wire text of a message. */
export const stringifyMessage = (message: Message): string =>
  JSON.stringify(message, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
