import { Transport } from "../transport/transport.ts";
import { EndpointError, resolveEndpoint } from "./resolveEndpoint.ts";

export interface FetchDocumentOptions {
  readonly allowPrivateHosts: readonly string[];
  readonly maxBytes: number;
}

/**
 * Fetches a small text document under the same guard as an endpoint: pinned public address, bounded size and time.
 * @throws EndpointError
 */
export async function fetchDocument(source: string, options: FetchDocumentOptions): Promise<string> {
  if (!URL.canParse(source)) throw new EndpointError(`${source} is no URL; write it as https://host/path`);
  const endpoint = await resolveEndpoint(new URL(source), options.allowPrivateHosts);
  const transport = new Transport({
    endpoint,
    connections: 1,
    connectTimeoutMs: 3000,
    requestTimeoutMs: 10_000,
    maxBodyBytes: options.maxBytes,
    method: "GET",
    headers: { accept: "application/json" },
    clock: () => Math.round(performance.now() * 1000),
  });
  try {
    const { status, body, failure, detail } = await transport.send(null);
    if (failure !== null) throw new EndpointError(`${source} did not answer (${detail ?? failure}); check the address`);
    if (status !== 200) throw new EndpointError(`${source} answered ${status} instead of 200; check the address`);
    return body.toString("utf8");
  } finally {
    await transport.close();
  }
}
