import { z } from "zod";

/** JSON-RPC endpoints of one chain, the one to prefer first. */
export const rpcUrlsSchema = z
  .array(z.url({ protocol: /^https?$/, error: "must be an http or https URL" }))
  .min(1)
  .max(8)
  .describe("JSON-RPC endpoints of the deployment's chain, the preferred one first; the next takes over when it fails");
