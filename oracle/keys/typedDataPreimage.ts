import { concat, type Hex, hashStruct, isAddress, stringify } from "viem";
import { z } from "zod";

const integer = z.union([z.string().regex(/^[0-9]{1,78}$/), z.number().int()]).transform(BigInt);
const fieldSchema = z.object({ name: z.string(), type: z.string() });

/** EIP-712 typed data with whole numbers in decimal digits, in the one domain shape that the contracts use. */
const typedDataSchema = z.object({
  domain: z.strictObject({
    name: z.string(),
    version: z.string(),
    chainId: integer,
    verifyingContract: z.custom<Hex>((value) => typeof value === "string" && isAddress(value, { strict: false })),
  }),
  types: z.record(z.string(), z.array(fieldSchema)),
  primaryType: z.string(),
  message: z.record(z.string(), z.unknown()),
});

export type SignableTypedData = z.output<typeof typedDataSchema>;

/**
 * Typed data as viem hands it to an account: there its type depends on the message's.
 * @throws z.ZodError when it is none, or its domain is not one of the contracts'.
 */
export const parseTypedData = (typedData: object): SignableTypedData =>
  typedDataSchema.parse(JSON.parse(stringify(typedData)));

const domainFields = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
];

/** The 66 bytes whose keccak-256 is the EIP-712 digest: 0x1901, the domain's hash, the message's hash. */
export function typedDataPreimage({ domain, types, primaryType, message }: SignableTypedData): Hex {
  const allTypes = { ...types, EIP712Domain: domainFields };
  const domainHash = hashStruct({ types: allTypes, primaryType: "EIP712Domain", data: domain });
  const messageHash = hashStruct<Record<string, unknown>, string>({ types: allTypes, primaryType, data: message });
  return concat(["0x1901", domainHash, messageHash]);
}
