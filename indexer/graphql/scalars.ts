import { GraphQLError, GraphQLScalarType, Kind, print, type ValueNode } from "graphql";
import { getAddress, type Hex, isAddress } from "viem";
import { QueryError } from "./errors.ts";

/** Last second of the year 9999, which ISO 8601 can still write. */
const lastSecond = 253_402_300_799n;
const maxUint256 = 2n ** 256n - 1n;

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? `${value}`;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function parseBigInt(value: unknown): bigint {
  const isWhole = typeof value === "string" ? /^\d{1,78}$/.test(value) : Number.isSafeInteger(value);
  if (isWhole && (typeof value === "string" || typeof value === "number")) {
    const parsed = BigInt(value);
    if (parsed >= 0n && parsed <= maxUint256) return parsed;
  }
  throw new QueryError("BAD_INPUT", `${describe(value)} is not a whole number from 0 to 2^256−1 (a string of digits)`);
}

function parseAddress(value: unknown): Hex {
  if (typeof value === "string" && isAddress(value, { strict: false })) return hexOf(value.slice(2).toLowerCase());
  throw new QueryError("BAD_INPUT", `${describe(value)} is not an address (0x and 40 hex digits)`);
}

const hexOf = (digits: string): Hex => `0x${digits}`;

function parseBytes32(value: unknown): Hex {
  if (typeof value === "string" && /^0x[0-9a-fA-F]{64}$/.test(value)) return hexOf(value.slice(2).toLowerCase());
  throw new QueryError("BAD_INPUT", `${describe(value)} is not 32 bytes of hex (0x and 64 hex digits)`);
}

function parseDateTime(value: unknown): bigint {
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
  const millis = typeof value === "string" && iso.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(millis) || millis < 0) {
    throw new QueryError("BAD_INPUT", `${describe(value)} is not a time like 2026-01-31T12:00:00Z, not before 1970`);
  }
  return BigInt(Math.floor(millis / 1000));
}

/** Literals in a query are parsed by the same rule as variables; an error says where the literal stands. */
function literal<T>(parse: (value: unknown) => T): (node: ValueNode) => T {
  return (node) => {
    try {
      return parse(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : print(node));
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw new GraphQLError(error.message, { nodes: node, extensions: error.extensions });
    }
  };
}

function serializeSeconds(seconds: bigint): string {
  const bounded = seconds > lastSecond ? lastSecond : seconds;
  return new Date(Number(bounded) * 1000).toISOString().replace(".000Z", "Z");
}

const scalar = <Input, Output>(
  name: string,
  description: string,
  parse: (value: unknown) => Input,
  serialize: (value: Output) => string,
) =>
  new GraphQLScalarType<Input, string>({
    name,
    description,
    parseValue: parse,
    parseLiteral: literal(parse),
    // graphql-js hands over what a resolver returned, which Pothos has checked against the builder's scalar types.
    serialize: (value) => serialize(value as Output),
  });

export const BigIntScalar = scalar(
  "BigInt",
  "A whole number from 0 to 2^256−1, as a string of decimal digits.",
  parseBigInt,
  (value: bigint) => value.toString(),
);

export const AddressScalar = scalar(
  "Address",
  "An address: 0x and 40 hex digits, answered with its checksum.",
  parseAddress,
  (value: Hex) => getAddress(value),
);

export const Bytes32Scalar = scalar("Bytes32", "32 bytes: 0x and 64 hex digits.", parseBytes32, (value: Hex) => value);

export const DateTimeScalar = scalar(
  "DateTime",
  "A time in ISO 8601 with its zone, to the second; answered in UTC, and as the last second of the year 9999 where it lies beyond.",
  parseDateTime,
  serializeSeconds,
);
