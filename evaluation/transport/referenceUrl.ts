import { EndpointError, type PinnedEndpoint, resolveEndpoint } from "../manifest/resolveEndpoint.ts";

/**
 * Resolves the page that tells an outage of the evaluator's uplink from one of the model, once for the whole run.
 * @param modelUrl must be another host's: its own outage would excuse itself
 * @throws EndpointError
 */
export async function resolveReference(
  referenceUrl: string,
  modelUrl: URL,
  allowPrivateHosts: readonly string[],
): Promise<PinnedEndpoint> {
  if (!isPlainUrl(referenceUrl)) {
    throw new EndpointError(
      `the reference URL ${referenceUrl.slice(0, 200)} is none; write http(s)://host/path without user name and password`,
    );
  }
  const url = new URL(referenceUrl);
  if (url.host === modelUrl.host) {
    throw new EndpointError(`the reference URL is on the model's own host ${url.host}; name a page of somebody else's`);
  }
  return resolveEndpoint(url, allowPrivateHosts);
}

function isPlainUrl(text: string): boolean {
  if (text.length > 2048 || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
}
