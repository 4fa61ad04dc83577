import { type Address, getAddress, isAddress } from "viem";
import { z } from "zod";

const address = z
  .string()
  .refine((value) => isAddress(value, { strict: false }), "must be a 20-byte hex address")
  .transform((value): Address => getAddress(value));

const deploymentSchema = z.strictObject({
  chainId: z.number().int().positive(),
  assay: address,
  vault: address,
  court: address,
  /** Made by the court: judges what can be proven about evaluators. */
  inspector: address,
  policyBoard: address,
  lens: address,
  token: address,
  /** Owner of the board, where there is one. */
  timelock: address.optional(),
  /** Block of the first deployment transaction: an indexer need not look further back. */
  startBlock: z.number().int().nonnegative(),
  /** Start of epoch 1, unix seconds. */
  genesis: z.number().int().positive(),
  /** Seconds per epoch. */
  epochLength: z.number().int().positive(),
  /** Seconds between a request to unbond and the withdrawal. */
  unbondingDelay: z.number().int().nonnegative(),
});

/** Where one deployment of the protocol lives; the JSON that `deploy` writes and every service reads. */
export type Deployment = z.infer<typeof deploymentSchema>;

/** A deployment file is not what it should be; the message is one line and names the field. */
export class InvalidDeploymentError extends Error {
  override name = "InvalidDeploymentError";
}

/**
 * Parses a deployment file's text.
 * @throws InvalidDeploymentError naming the first wrong field and what it should be.
 */
export function parseDeployment(text: string, source = "deployment"): Deployment {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InvalidDeploymentError(`${source} is not JSON: write it with assay deploy, do not edit it by hand`);
  }
  const parsed = deploymentSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidDeploymentError(
    `${source}: ${issue?.path.join(".") || "the file"}: ${issue?.message ?? "is invalid"}; deploy again or correct it`,
  );
}
