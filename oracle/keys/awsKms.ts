import { AwsV4Signer } from "aws4fetch";
import { bytesToHex, type Hex, hexToBytes, keccak256 } from "viem";
import { publicKeyToAddress } from "viem/accounts";
import { z } from "zod";
import { parseDerSignature } from "./derSignature.ts";
import { excerptOf, postToSigner, redactUrl } from "./postToSigner.ts";
import { type RemoteSigner, SignerFailedError } from "./remoteSigner.ts";

/** The variables that every AWS tool reads. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface AwsKmsOptions {
  /** Key id, ARN, or `alias/name`. */
  readonly keyId: string;
  readonly region: string;
  /** For services that speak AWS' language elsewhere; AWS' own without. */
  readonly endpoint?: string | undefined;
  /** Asked for each request: credentials can be short-lived. */
  readonly credentials: () => AwsCredentials;
  readonly timeoutMs?: number;
}

/** SubjectPublicKeyInfo of a secp256k1 key: id-ecPublicKey, the curve's id, then 65 bytes of an uncompressed point. */
const spkiPrefix = "3056301006072a8648ce3d020106052b8104000a034200";
const base64 = z
  .string()
  .max(1_000)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);
const publicKeySchema = z.object({ PublicKey: base64, KeySpec: z.string().max(64).optional() });
const signatureSchema = z.object({ Signature: base64 });
const errorSchema = z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() });

/**
 * A secp256k1 key in AWS KMS (`ECC_SECG_P256K1`, `SIGN_VERIFY`), or in anything that speaks its JSON interface. The service is given
 * the keccak-256 as a digest; its `ECDSA_SHA_256` says only how long a digest is.
 * @throws SignerFailedError when it does not answer, refuses, or the key is of another kind.
 */
export async function openAwsKms(options: AwsKmsOptions): Promise<RemoteSigner> {
  const endpoint = options.endpoint ?? `https://kms.${options.region}.amazonaws.com`;
  const place = `key service at ${redactUrl(endpoint)}`;
  const ask = <T extends z.ZodType>(operation: string, fields: object, answer: T): Promise<z.output<T>> =>
    call({ ...options, endpoint, place, operation, body: { KeyId: options.keyId, ...fields } }, answer);

  const { PublicKey } = await ask("GetPublicKey", {}, publicKeySchema);
  const spki = Buffer.from(PublicKey, "base64").toString("hex");
  if (!spki.startsWith(`${spkiPrefix}04`) || spki.length !== spkiPrefix.length + 130)
    throw new SignerFailedError(`${place}: key ${options.keyId} is no secp256k1 key: make one of spec ECC_SECG_P256K1`);
  return {
    address: publicKeyToAddress(`0x${spki.slice(spkiPrefix.length)}`),
    place,
    async sign(preimage: Hex) {
      const Message = Buffer.from(hexToBytes(keccak256(preimage))).toString("base64");
      const fields = { Message, MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" };
      const { Signature } = await ask("Sign", fields, signatureSchema);
      const der = Buffer.from(Signature, "base64");
      const numbers = parseDerSignature(der);
      if (numbers === undefined)
        throw new SignerFailedError(`${place} gave no DER signature but ${bytesToHex(der).slice(0, 150)}`);
      return numbers;
    },
  };
}

interface KmsCall extends AwsKmsOptions {
  readonly endpoint: string;
  readonly place: string;
  readonly operation: string;
  readonly body: object;
}

async function call<T extends z.ZodType>(request: KmsCall, answer: T): Promise<z.output<T>> {
  const { endpoint, region, place, operation, credentials, timeoutMs } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials();
  const body = JSON.stringify(request.body);
  const signed = await new AwsV4Signer({
    method: "POST",
    url: endpoint,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${operation}` },
    body,
    service: "kms",
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    allHeaders: true,
  }).sign();
  const { status, text } = await postToSigner({
    url: signed.url.href,
    method: "POST",
    headers: Object.fromEntries(signed.headers),
    body,
    place,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const json = jsonOf(text);
  if (status !== 200)
    throw new SignerFailedError(`${place} refused ${operation} of ${request.keyId}: ${refusalOf(status, json, text)}`);
  const parsed = answer.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new SignerFailedError(`${place} answers ${operation} with "${excerptOf(text)}": is it a key service?`);
}

function refusalOf(status: number, json: unknown, text: string): string {
  const parsed = errorSchema.safeParse(json);
  if (!parsed.success) return `status ${status} "${excerptOf(text)}"`;
  const { __type: type, message, Message } = parsed.data;
  return `${type.split("#").at(-1)} (status ${status}) ${excerptOf(message ?? Message ?? "")}`.trim();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
