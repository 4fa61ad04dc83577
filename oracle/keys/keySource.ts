import { getAddress, isAddress } from "viem";
import { z } from "zod";

const password = {
  passwordFile: z.string().min(1).optional().describe("File whose first line is the keystore's password."),
  passwordEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable, not the password itself")
    .optional()
    .describe(
      "Environment variable that holds the keystore's password. Without file and variable it is asked for on a terminal.",
    ),
};

const address = z
  .string()
  .refine((value) => isAddress(value, { strict: false }), "must be a 20-byte hex address")
  .transform((value) => getAddress(value));

/** http(s); a password in it is used and never shown. */
const serviceUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).max(2_048);

const places = ["file", "web3signer", "awsKms"] as const;

/**
 * Where one key is: `file` (with `passwordFile` or `passwordEnv` for a keystore), `web3signer` with `address`, or `awsKms` with
 * `region`, and `endpoint` for a service that is not Amazon's.
 */
export const keySourceSchema = z
  .strictObject({
    file: z.string().min(1).optional().describe("A hex key, a JSON file with privateKey, or a geth-v3 keystore."),
    ...password,
    web3signer: serviceUrl.optional().describe("Address of a Web3Signer that runs as eth1."),
    awsKms: z.string().min(1).max(2_048).optional().describe("Id, ARN or alias/name of a secp256k1 key in AWS KMS."),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/, "must be an AWS region such as eu-central-1")
      .optional(),
    endpoint: serviceUrl.optional().describe("A key service that speaks AWS KMS' interface elsewhere."),
    address: address.optional().describe("The address the key must have; Web3Signer finds the key by it."),
  })
  .superRefine((source, context) => {
    const problem = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const named = places.filter((place) => source[place] !== undefined);
    if (named.length !== 1) problem("file", `name exactly one of ${places.join(", ")}; ${named.length} are named`);
    if (source.web3signer !== undefined && source.address === undefined)
      problem("address", "must be given beside web3signer: it says which of its keys");
    if (source.awsKms !== undefined && source.region === undefined) problem("region", "must be given beside awsKms");
    if (source.awsKms === undefined && (source.region ?? source.endpoint) !== undefined)
      problem("awsKms", "must be given where region or endpoint are");
    if (source.file === undefined && (source.passwordFile ?? source.passwordEnv) !== undefined)
      problem("file", "must be given where passwordFile or passwordEnv are");
    if (source.passwordFile !== undefined && source.passwordEnv !== undefined)
      problem("passwordEnv", "must not be given beside passwordFile");
  });

export type KeySource = z.output<typeof keySourceSchema>;

/** The secrets of the seat's hash chains, apart from the signing key. */
export const linkSourceSchema = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .describe(
        "The secret in hex, JSON with linkSecret and earlierLinkSecrets, or a keystore made by `assay operator keys`.",
      ),
    earlierFiles: z
      .array(z.string().min(1))
      .max(8)
      .default([])
      .describe("Secrets of earlier hash chains, which open rounds still go by."),
    ...password,
  })
  .refine(({ passwordFile, passwordEnv }) => passwordFile === undefined || passwordEnv === undefined, {
    path: ["passwordEnv"],
    message: "must not be given beside passwordFile",
  });

export type LinkSource = z.output<typeof linkSourceSchema>;

/** The keys in a node's configuration. The owner's key is in none of them: only the commands that send as the owner read it. */
export const keyFields = {
  key: keySourceSchema.describe("The signing key: reports, commitments and batches are signed with it."),
  relayingKey: keySourceSchema
    .optional()
    .describe("The key that sends transactions and pays their gas; the signing key without."),
  linkSecret: linkSourceSchema
    .optional()
    .describe(
      "The secret of the seat's hash chain. Derived from the signing key without; a key that is not a file needs one.",
    ),
};
