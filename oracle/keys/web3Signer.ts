import { type Address, type Hex, isAddressEqual, isHex, size, sliceHex } from "viem";
import { publicKeyToAddress } from "viem/accounts";
import { z } from "zod";
import { excerptOf, postToSigner, redactUrl } from "./postToSigner.ts";
import { type RemoteSigner, SignerFailedError } from "./remoteSigner.ts";

export interface Web3SignerOptions {
  /** Where Web3Signer's eth1 REST interface is. */
  readonly url: string;
  /** Which of its keys. */
  readonly address: Address;
  readonly timeoutMs?: number;
}

const publicKeysSchema = z.array(z.string().max(200)).max(5_000);

/**
 * A key in Web3Signer (`web3signer eth1`), or in anything that speaks its REST interface: `GET /api/v1/eth1/publicKeys`, and
 * `POST /api/v1/eth1/sign/{public key}` with {"data"}, which signs keccak-256 of the data and answers 65 bytes of hex as text.
 * @throws SignerFailedError when it does not answer or holds no key of that address.
 */
export async function openWeb3Signer({ url, address, timeoutMs }: Web3SignerOptions): Promise<RemoteSigner> {
  const base = url.replace(/[?#].*$/, "").replace(/\/+$/, "");
  const place = `Web3Signer at ${redactUrl(url)}`;
  const timing = timeoutMs === undefined ? {} : { timeoutMs };
  const headers = { ...authorizationOf(url), "content-type": "application/json" };
  const root = withoutCredentials(base);
  const keys = await postToSigner({ url: `${root}/api/v1/eth1/publicKeys`, method: "GET", headers, place, ...timing });
  const publicKey = findKey(keys.status === 200 ? keys.text : "", address);
  if (keys.status !== 200 || publicKey === undefined)
    throw new SignerFailedError(
      keys.status === 200
        ? `${place} holds no key of ${address}: load that key into it, or correct the address`
        : `${place} answers ${keys.status} to a question for its keys ("${excerptOf(keys.text)}"): is it running as eth1?`,
    );
  return {
    address,
    place,
    async sign(preimage) {
      const body = JSON.stringify({ data: preimage });
      const to = `${root}/api/v1/eth1/sign/${publicKey}`;
      const { status, text } = await postToSigner({ url: to, method: "POST", headers, body, place, ...timing });
      const signature = text.trim();
      if (status !== 200)
        throw new SignerFailedError(`${place} refused to sign with status ${status} ("${excerptOf(text)}")`);
      if (!isHex(signature) || size(signature) !== 65)
        throw new SignerFailedError(`${place} gave no 65-byte signature but "${excerptOf(text)}"`);
      return sliceHex(signature, 0, 64);
    },
  };
}

/** The public key of an address, as the signer itself writes it. */
function findKey(text: string, address: Address): string | undefined {
  const parsed = publicKeysSchema.safeParse(jsonOf(text));
  return parsed.data?.find((key) => {
    const found = addressOf(key);
    return found !== undefined && isAddressEqual(found, address);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 64 bytes, or 65 with the 04 of an uncompressed point in front. */
function addressOf(key: string): Address | undefined {
  const hex: Hex = `0x${key.replace(/^0x/, "")}`;
  if (!isHex(hex) || hex.length % 2 !== 0) return undefined;
  if (size(hex) === 64) return publicKeyToAddress(`0x04${hex.slice(2)}`);
  return size(hex) === 65 && hex.startsWith("0x04") ? publicKeyToAddress(hex) : undefined;
}

function withoutCredentials(base: string): string {
  const parsed = new URL(base);
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}`;
}

/** User and password in the address go into a header: the transport takes none in URLs. */
function authorizationOf(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === "" && password === "") return {};
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(plain).toString("base64")}` };
}
