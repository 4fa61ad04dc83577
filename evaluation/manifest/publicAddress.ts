import { BlockList, isIPv4, isIPv6 } from "node:net";

/** IANA special-purpose ranges that are not the public internet (RFC 6890 and its successors), multicast included. */
const notPublic4 = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  notPublic4.addSubnet(net, prefix, "ipv4");
}

/** Only 2000::/3 is global unicast, which leaves out loopback, mapped IPv4, unique local and link local at once. */
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");

/** Inside it: Teredo and 6to4 (which embed any IPv4), benchmarking, documentation. */
const notPublic6 = new BlockList();
for (const [net, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  notPublic6.addSubnet(net, prefix, "ipv6");
}

/** Whether an IP literal belongs to the public internet. Anything that is no IP literal does not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic4.check(address, "ipv4");
  if (!isIPv6(address)) return false;
  return global6.check(address, "ipv6") && !notPublic6.check(address, "ipv6");
}
