import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { EvaluationError } from "../evaluationError.ts";
import { isPublicAddress } from "./publicAddress.ts";

/** The endpoint must not or cannot be reached: the line says which host and what to do. */
export class EndpointError extends EvaluationError {}

/** An endpoint with the one address every connection of the run goes to. */
export interface PinnedEndpoint {
  readonly url: URL;
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a name; rejects when it has none. */
export type LookupAll = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

const systemLookup: LookupAll = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * Resolves the host once; a name that later points elsewhere (DNS rebinding) changes nothing for the run.
 * @param allowPrivateHosts hosts (`127.0.0.1`, `localhost`, `[::1]`, `host:port`) that may be private: local development
 * @param lookupAll the system's resolver without it
 * @throws EndpointError when the host does not resolve, or resolves to a private address that was not allowed
 */
export async function resolveEndpoint(
  url: URL,
  allowPrivateHosts: readonly string[],
  lookupAll: LookupAll = systemLookup,
): Promise<PinnedEndpoint> {
  const addresses = await addressesOf(url, lookupAll);
  const allowed = allowPrivateHosts.includes(url.hostname) || allowPrivateHosts.includes(url.host);
  const refused = allowed ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
  if (refused) {
    throw new EndpointError(
      `${url.host} is the private address ${refused.address}; endpoints must be public. For local development allow the host by name (--allow-private ${url.hostname})`,
    );
  }
  const [first] = addresses;
  if (!first) throw new EndpointError(`${url.hostname} resolves to no address; check the endpoint in the manifest`);
  return { url, ...first };
}

async function addressesOf({ hostname }: URL, lookupAll: LookupAll): Promise<{ address: string; family: 4 | 6 }[]> {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return [{ address: host, family: isIP(host) === 6 ? 6 : 4 }];
  try {
    const found = await lookupAll(host);
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  } catch (cause) {
    throw new EndpointError(`${hostname} does not resolve; check the endpoint in the manifest and the network`, {
      cause,
    });
  }
}
