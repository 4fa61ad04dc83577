import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { AwsV4Signer } from "aws4fetch";
import { type Hex, hexToBytes, isHex, keccak256, parseSignature, sliceHex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** How a signer's answer to a signing request differs from what it should be. */
export type Fault = "none" | "highS" | "garbage" | "wrongKey" | "slow" | "status500" | "endless";

export interface SignerServer {
  readonly url: string;
  /** Requests to sign, as they came. */
  readonly asked: { readonly path: string; readonly body: string; readonly headers: IncomingMessage["headers"] }[];
  /** From the next request on. */
  fault(next: Fault): void;
  close(): void;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}
type Handle = (
  request: { path: string; method: string; body: string; headers: IncomingMessage["headers"] },
  fault: Fault,
) => Promise<Answer>;

async function startSigner(
  signPath: (path: string, headers: IncomingMessage["headers"]) => boolean,
  handle: Handle,
): Promise<SignerServer> {
  const asked: SignerServer["asked"] = [];
  let fault: Fault = "none";
  const server = createServer(async (request, response) => {
    const parts: string[] = [];
    for await (const part of request) parts.push(`${part}`);
    const [path, method, body, headers] = [request.url ?? "", request.method ?? "", parts.join(""), request.headers];
    const isSigning = signPath(path, headers);
    if (isSigning) asked.push({ path, body, headers });
    const now = isSigning ? fault : "none";
    if (now === "slow") return;
    if (now === "status500") return void response.writeHead(500).end("internal\nsecrets of the server");
    if (now === "endless") return void response.end("x".repeat(3_000_000));
    const { status, text } = await handle({ path, method, body, headers }, now);
    response.writeHead(status).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new TypeError("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    fault: (next) => {
      fault = next;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The numbers of a signature; with s in the upper half where asked for. */
async function numbersOf(account: PrivateKeyAccount, hash: Hex, isHighS: boolean): Promise<{ r: bigint; s: bigint }> {
  const { r, s } = parseSignature(await account.sign({ hash }));
  return { r: BigInt(r), s: isHighS ? order - BigInt(s) : BigInt(s) };
}

/** Web3Signer's eth1 REST interface over one key: it hashes what it is given. */
export function startWeb3Signer(account: PrivateKeyAccount, stranger: PrivateKeyAccount): Promise<SignerServer> {
  const publicKey = `0x${account.publicKey.slice(4)}`;
  return startSigner(
    (path) => path.startsWith("/api/v1/eth1/sign/"),
    async ({ path, method, body }, fault) => {
      if (method === "GET" && path === "/api/v1/eth1/publicKeys")
        return { status: 200, text: JSON.stringify([`0x${stranger.publicKey.slice(4)}`, publicKey]) };
      if (path !== `/api/v1/eth1/sign/${publicKey}`) return { status: 404, text: "" };
      const { data }: { data?: unknown } = JSON.parse(body);
      if (!isHex(data)) return { status: 400, text: "" };
      if (fault === "garbage") return { status: 200, text: "0x1234" };
      const signer = fault === "wrongKey" ? stranger : account;
      const signature = await signer.sign({ hash: keccak256(data) });
      const { r, s } = await numbersOf(signer, keccak256(data), fault === "highS");
      return { status: 200, text: `0x${hex32(r)}${hex32(s)}${signature.slice(-2)}` };
    },
  );
}

export const kmsKeyId = "alias/assay-signing";
export const kmsCredentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG" };

/** AWS KMS' JSON interface over one key: digests in, DER out, every request's SigV4 signature checked. */
export function startKms(account: PrivateKeyAccount, stranger: PrivateKeyAccount): Promise<SignerServer> {
  return startSigner(
    (_, headers) => headers["x-amz-target"] === "TrentService.Sign",
    async ({ body, headers }, fault) => {
      if (!(await isSigned(body, headers)))
        return kmsError(403, "InvalidSignatureException", "The request signature we calculated does not match");
      const request: Record<string, string> = JSON.parse(body);
      if (request.KeyId !== kmsKeyId)
        return kmsError(400, "NotFoundException", `Key '${request.KeyId}' does not exist`);
      if (headers["x-amz-target"] === "TrentService.GetPublicKey")
        return json({
          KeyId: "arn:aws:kms:eu-central-1:1:key/1",
          KeySpec: "ECC_SECG_P256K1",
          PublicKey: spki(account),
        });
      const digest = Buffer.from(request.Message ?? "", "base64");
      const isRight =
        request.MessageType === "DIGEST" && request.SigningAlgorithm === "ECDSA_SHA_256" && digest.length === 32;
      if (!isRight)
        return kmsError(400, "ValidationException", "Digest is invalid length for algorithm ECDSA_SHA_256.");
      if (fault === "garbage") return json({ Signature: Buffer.from("30060201010201", "hex").toString("base64") });
      const signer = fault === "wrongKey" ? stranger : account;
      const { r, s } = await numbersOf(signer, `0x${digest.toString("hex")}`, fault === "highS");
      return json({
        KeyId: "1",
        Signature: Buffer.from(derOf(r, s)).toString("base64"),
        SigningAlgorithm: "ECDSA_SHA_256",
      });
    },
  );
}

const json = (value: object): Answer => ({ status: 200, text: JSON.stringify(value) });
const kmsError = (status: number, type: string, message: string): Answer => ({
  status,
  text: JSON.stringify({ __type: `com.amazonaws.kms#${type}`, message }),
});

/** Signs the request again with the same credentials and time, and compares. */
async function isSigned(body: string, headers: IncomingMessage["headers"]): Promise<boolean> {
  const again = await new AwsV4Signer({
    method: "POST",
    url: `http://${headers.host}/`,
    headers: { "content-type": `${headers["content-type"]}`, "x-amz-target": `${headers["x-amz-target"]}` },
    body,
    service: "kms",
    region: "eu-central-1",
    datetime: `${headers["x-amz-date"]}`,
    ...kmsCredentials,
    allHeaders: true,
  }).sign();
  return again.headers.get("authorization") === headers.authorization;
}

const spki = ({ publicKey }: PrivateKeyAccount): string =>
  Buffer.from(`3056301006072a8648ce3d020106052b8104000a034200${publicKey.slice(2)}`, "hex").toString("base64");

const hex32 = (value: bigint): string => value.toString(16).padStart(64, "0");

/** DER of two integers: minimal, with a zero in front where the highest bit is set. */
export function derOf(r: bigint, s: bigint): Uint8Array {
  const integers = [r, s].map((value) => {
    const digits = value.toString(16);
    const even = digits.padStart(digits.length + (digits.length % 2), "0");
    const bytes = Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even;
    return `02${(bytes.length / 2).toString(16).padStart(2, "0")}${bytes}`;
  });
  const body = integers.join("");
  return hexToBytes(`0x30${(body.length / 2).toString(16).padStart(2, "0")}${body}`);
}

/** The 64 bytes of r and s. */
export const numbersHex = (r: bigint, s: bigint): Hex => sliceHex(`0x${hex32(r)}${hex32(s)}`, 0, 64);
