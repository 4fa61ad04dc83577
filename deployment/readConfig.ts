import { dirname, resolve } from "node:path";
import { type Address, getAddress, isAddress, parseUnits } from "viem";
import { z } from "zod";
import { type PerFamily, perFamily } from "../domain/families.ts";
import { defaultPolicy, type Policy } from "../domain/policy.ts";
import { nearestName } from "../evaluation/document/fieldNames.ts";
import { JsonDocument } from "../evaluation/document/jsonDocument.ts";
import { readText } from "../evaluation/document/readText.ts";
import { sharesOf } from "../evaluation/suite/sharesOf.ts";
import { loadSuite, suiteHash } from "../evaluation/suite/suite.ts";
import type { SystemPlan } from "./plan.ts";
import { policyMeanings } from "./policyMeanings.ts";

/** A deployment's config file is not what it should be; the message is one line and names the field. */
export class InvalidDeployConfigError extends Error {
  override name = "InvalidDeployConfigError";
}

const secondsPerUnit = { s: 1n, min: 60n, h: 3_600n, d: 86_400n } as const;
const unitSchema = z.enum(["s", "min", "h", "d"]);

const duration = z
  .string()
  .regex(/^\d{1,9}(s|min|h|d)$/, 'must be a duration such as "30s", "12h" or "14d"')
  .transform((text) => {
    const [, count = "0", unit] = /^(\d+)(\D+)$/.exec(text) ?? [];
    return BigInt(count) * secondsPerUnit[unitSchema.parse(unit)];
  });
const amount = z.string().regex(/^\d{1,20}(\.\d{1,18})?$/, 'must be whole tokens as a string, such as "1000" or "0.5"');
const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "must be a 20-byte hex address")
  .transform((text): Address => getAddress(text));
const bytes32 = z
  .templateLiteral(["0x", z.string()])
  .refine((text) => /^0x[0-9a-fA-F]{64}$/.test(text), "must be 32 bytes of hex");
const whole = z.number().int().nonnegative();

const configSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, "must be lower case letters, digits and dashes"),
  rpcUrl: z.url(),
  chainId: z.number().int().positive(),
  token: z.union([address, z.strictObject({ name: z.string(), symbol: z.string(), supply: amount })]),
  epochLength: duration,
  unbondingDelay: duration,
  timelock: z
    .strictObject({ delay: duration, proposers: z.array(address).min(1), executors: z.array(address) })
    .optional(),
  guardian: address.optional(),
  suite: z.string(),
  seats: z.array(z.strictObject({ owner: address, signer: address, linkHead: bytes32 })).max(255),
  policy: z.record(z.string(), z.unknown()).default({}),
});

/** A config file, with amounts still in whole tokens: the token's decimals are on the chain. */
export interface DeployConfig {
  readonly name: string;
  readonly rpcUrl: string;
  readonly chainId: number;
  /** The token's address; missing when it is to be made (with 18 decimals). */
  readonly tokenAddress?: Address;
  /** The plan, for a token with so many decimals. */
  planFor(decimals: number): SystemPlan;
}

const maxConfigBytes = 262_144;

/** What somebody who wrote a standard that is none should do. */
function nearest(field: string): string {
  const meant = nearestName(field, Object.keys(policyMeanings));
  return meant === undefined ? "the fields stand in domain/policy.ts" : `did you mean "${meant}"?`;
}

const fieldSchema = z.enum(Object.keys(policyMeanings) as [keyof Policy, ...(keyof Policy)[]]);

/** One field of the standards as the file gives it, in the protocol's units. */
function fieldValue(field: keyof Policy, raw: unknown, decimals: number): bigint | string | PerFamily<bigint> {
  const [unit] = policyMeanings[field];
  const label = `policy.${field}`;
  if (Array.isArray(defaultPolicy[field])) {
    const values = parse(z.array(whole).length(7, "must have seven values: R, J, C, P, E, L, T"), raw, label);
    return perFamily((index) => fitting(BigInt(values[index] ?? 0), 16n, label));
  }
  if (unit === "seconds") return fitting(parse(duration, raw, label), 32n, label);
  if (unit === "tokens") return fitting(parseUnits(parse(amount, raw, label), decimals), 96n, label);
  if (unit === "address") return parse(address, raw, label);
  if (unit === "hash") return parse(bytes32, raw, label);
  return fitting(BigInt(parse(whole, raw, label)), 32n, label);
}

/**
 * The value, if it fits the field's bits in contracts/interfaces/IPolicyBoard.sol.
 * @throws InvalidDeployConfigError
 */
function fitting(value: bigint, bits: bigint, label: string): bigint {
  if (value < 1n << bits) return value;
  throw new InvalidDeployConfigError(`field "${label}" comes to ${value}: must be below 2^${bits}; make it smaller`);
}

function parse<T>(schema: z.ZodType<T>, value: unknown, label: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [label, ...(issue?.path ?? [])].join(".");
  throw new InvalidDeployConfigError(
    `field "${path}" is ${JSON.stringify(value)}: ${issue?.message ?? "is invalid"}; correct the value`,
  );
}

/** Amounts of the default policy are for 18 decimals. */
function scaled(policy: Policy, decimals: number): Policy {
  const entries = Object.entries(policy).map(([field, value]) => {
    const [unit] = policyMeanings[fieldSchema.parse(field)];
    return [
      field,
      unit === "tokens" && typeof value === "bigint" ? (value * 10n ** BigInt(decimals)) / 10n ** 18n : value,
    ];
  });
  return { ...policy, ...Object.fromEntries(entries) };
}

/**
 * Reads a deployment's config file (JSON5: JSON with comments).
 * @throws InvalidDeployConfigError with a line for each wrong field: file, field, value, what it should be
 */
export async function readDeployConfig(path: string): Promise<DeployConfig> {
  const text = await readText({ path, name: path, sort: "config", maxBytes: maxConfigBytes }, InvalidDeployConfigError);
  const config = JsonDocument.parseJson5(text, path, InvalidDeployConfigError).checkAll(
    configSchema,
    InvalidDeployConfigError,
  );
  for (const field of Object.keys(config.policy)) {
    if (fieldSchema.safeParse(field).success) continue;
    throw new InvalidDeployConfigError(
      `${path}: field "policy.${field}": there is no such standard; ${nearest(field)}`,
    );
  }
  const suite = await loadSuite(resolve(dirname(path), "..", config.suite)).catch(() => loadSuite(config.suite));
  const { name, rpcUrl, chainId, token } = config;
  const read: DeployConfig = {
    name,
    rpcUrl,
    chainId,
    ...(typeof token === "string" ? { tokenAddress: token } : {}),
    planFor: (decimals) => ({
      token:
        typeof token === "string"
          ? { address: token }
          : { name: token.name, symbol: token.symbol, supply: parseUnits(token.supply, decimals) },
      epochLength: config.epochLength,
      unbondingDelay: config.unbondingDelay,
      ...(config.timelock ? { timelock: config.timelock } : {}),
      ...(config.guardian ? { guardian: config.guardian } : {}),
      seats: config.seats,
      policy: {
        ...scaled(defaultPolicy, decimals),
        suiteHash: suiteHash(suite),
        sharesBps: sharesOf(suite, "standard"),
        ...Object.fromEntries(
          Object.entries(config.policy).map(([field, raw]) => [
            field,
            fieldValue(fieldSchema.parse(field), raw, decimals),
          ]),
        ),
      },
    }),
  };
  // Whatever is wrong is said now, before a chain is asked for the token's decimals.
  try {
    read.planFor(18);
  } catch (error) {
    throw error instanceof InvalidDeployConfigError ? new InvalidDeployConfigError(`${path}: ${error.message}`) : error;
  }
  return read;
}
