import { createSocket } from "node:dgram";
import { promises as dns } from "node:dns";
import { once } from "node:events";
import type { LookupAll } from "../../../evaluation/manifest/resolveEndpoint.ts";
import { closeLater } from "./tcpServer.ts";

/**
 * A DNS server that answers the n-th query for an A record with the n-th list of addresses, the last one from then on, all with a
 * time to live of 0.
 */
export async function startDns(
  answers: readonly (readonly string[])[],
): Promise<{ lookupAll: LookupAll; queries(): number }> {
  let count = 0;
  const socket = createSocket("udp4", (query, { port, address }) => {
    const addresses = answers[Math.min(count++, answers.length - 1)] ?? [];
    socket.send(answerTo(query, addresses), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closeLater(async () => void socket.close());
  const resolver = new dns.Resolver();
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    lookupAll: async (host) => (await resolver.resolve4(host)).map((address) => ({ address, family: 4 })),
    queries: () => count,
  };
}

/** RFC 1035: the query's header and question again, then one A record an address. */
function answerTo(query: Buffer, addresses: readonly string[]): Buffer {
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  const questionEnd = query.indexOf(0, 12) + 5;
  const records = addresses.map((address) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]),
  );
  return Buffer.concat([header, query.subarray(12, questionEnd), ...records]);
}
