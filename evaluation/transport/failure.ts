/** How an attempt can fail. Transport failures are observed, the others follow from status and body. */
export const failureClasses = [
  "connect",
  "tls",
  "timeout",
  "redirect",
  "http4xx",
  "http429",
  "http5xx",
  "badJson",
  "noChoice",
  "truncated",
  "streamBroken",
  "badSignature",
] as const;

export type FailureClass = (typeof failureClasses)[number];

/** Failures that only whoever held the connection can know. `truncated` is among them when the body met its bound. */
export type TransportFailure = Extract<FailureClass, "connect" | "tls" | "timeout" | "streamBroken" | "truncated">;

const tlsCodes = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO$)/;
const timeoutCodes = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT"]);

/** The class of a socket's or HTTP parser's error code. What breaks once the connection stands is `streamBroken`. */
export function classifyError(code: string, connected: boolean): TransportFailure {
  if (tlsCodes.test(code)) return "tls";
  if (!connected) return "connect";
  return timeoutCodes.has(code) ? "timeout" : "streamBroken";
}

/** Codes are short ASCII; anything else is told by the error's name, so that evidence stays canonical. */
export function errorCode(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return code.replace(/[^A-Za-z0-9_]/g, "").slice(0, 64) || "ERROR";
}
