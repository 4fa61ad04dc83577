import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** Tells who asks by a name that an address limit can go by. */
export type ClientAddress = (request: IncomingMessage) => string;

/** Bits of an IPv6 address that one customer has at least: whoever has one address has all that begin with them. */
const networkBits = 64;

/** Whether a text is an IP address, or a range of them like 10.0.0.0/8. */
export const isAddressRange = (text: string): boolean => ipaddr.isValidCIDR(text) || ipaddr.isValid(text);

/**
 * Whoever a request comes from: the socket's other end. If that is a trusted proxy, the last address in X-Forwarded-For that is none:
 * what stands before it anybody may have written.
 * @param trustedProxies Addresses and ranges (see isAddressRange).
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const ranges = trustedProxies.map(rangeOf);
  const isTrusted = (address: IpAddress): boolean =>
    ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));

  return ({ socket, headers }) => {
    let client = parse(socket.remoteAddress ?? "");
    const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
    while (client && isTrusted(client)) {
      const before = parse(forwarded.pop()?.trim() ?? "");
      if (!before) break;
      client = before;
    }
    return client ? limitKey(client) : "unknown";
  };
}

function rangeOf(text: string): [IpAddress, number] {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, 8 * address.toByteArray().length];
}

/** An IPv4 address in IPv6 notation becomes the IPv4 address that it is. */
const parse = (text: string): IpAddress | undefined => (ipaddr.isValid(text) ? ipaddr.process(text) : undefined);

function limitKey(address: IpAddress): string {
  if (address.kind() === "ipv4") return address.toString();
  const network = address.toByteArray().map((byte, i) => (i < networkBits / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(network)}/${networkBits}`;
}
