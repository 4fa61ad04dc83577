import { z } from "zod";

/** Names a request header may have at all (RFC 9110 token, restricted to what proxies let through). */
export const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "expected a header name of letters, digits and -");

/** Connection by connection, decided by the client, or a credential: not a manifest's to say. */
const refusedNames = new Set([
  "accept",
  "accept-encoding",
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "cookie2",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const maxHeaders = 16;

/**
 * Fixed headers sent with every request. They stand in the manifest, and so in public and in the evidence: what is secret goes
 * through `apiKeyEnv` or `apiKeyFile`.
 */
export const requestHeaders = z
  .record(
    headerName,
    z
      .string()
      .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?$/, "expected 1 to 1024 printable ASCII characters"),
  )
  .superRefine((headers, context) => {
    const names = Object.keys(headers);
    if (names.length > maxHeaders) context.addIssue(`has ${names.length} headers; at most ${maxHeaders} are sent`);
    const seen = new Set<string>();
    for (const name of names) {
      const problem = problemOf(name.toLowerCase(), seen);
      if (problem) context.addIssue({ code: "custom", path: [name], message: problem });
      seen.add(name.toLowerCase());
    }
  });

/** Whether a name, in lower case, may carry the API key beside `authorization`. */
export function mayCarryKey(name: string): boolean {
  return name === "authorization" || !isRefused(name);
}

function problemOf(name: string, seen: ReadonlySet<string>): string | null {
  if (seen.has(name)) return "stands twice; header names do not differ by case";
  if (name === "authorization")
    return "is a credential, and manifests are public; name its source in apiKeyEnv or apiKeyFile";
  if (isSecretName(name))
    return "names a secret, and manifests are public; use apiKeyEnv or apiKeyFile with apiKeyHeader";
  return isRefused(name) ? "is set by the client or belongs to one connection; leave it out" : null;
}

function isRefused(name: string): boolean {
  return refusedNames.has(name) || name.startsWith("x-assay-") || name.startsWith("proxy-");
}

function isSecretName(name: string): boolean {
  return /(^|-)(api-?key|token|secret|password)$/.test(name);
}
