/** A 3xx answer as the evidence keeps it. */
export interface Redirect {
  readonly status: number;
  /** As it was sent; null when there is none, or it is longer than `maxLocation` or no printable ASCII. */
  readonly location: string | null;
}

/** Redirects followed in one attempt. */
export const maxRedirects = 2;

/** Characters of a location. */
export const maxLocation = 2048;

/** Why a redirect is not followed. */
export type RedirectRefusal = "REDIRECT_STATUS" | "REDIRECT_LOCATION" | "REDIRECT_HOST" | "REDIRECT_LIMIT";

export type RedirectStep =
  | { readonly url: URL; readonly refusal: null }
  | { readonly url: null; readonly refusal: RedirectRefusal };

/**
 * Where a redirect leads. Only 307 and 308 are followed, which keep method and body (after 301 to 303 clients turn a POST into a GET),
 * and only within the origin (scheme, host and port): the address is pinned, and the headers may hold a key.
 * @param followed redirects this attempt has followed already
 */
export function redirectStep(from: URL, { status, location }: Redirect, followed: number): RedirectStep {
  if (status !== 307 && status !== 308) return refuse("REDIRECT_STATUS");
  if (location === null || !URL.canParse(location, from)) return refuse("REDIRECT_LOCATION");
  const url = new URL(location, from);
  if (url.username !== "" || url.password !== "") return refuse("REDIRECT_LOCATION");
  if (url.origin !== from.origin) return refuse("REDIRECT_HOST");
  return followed >= maxRedirects ? refuse("REDIRECT_LIMIT") : { url, refusal: null };
}

/** The location as the evidence keeps it. */
export function readLocation(header: string | string[] | undefined): string | null {
  return typeof header === "string" && header.length <= maxLocation && /^[\x21-\x7e]+$/.test(header) ? header : null;
}

function refuse(refusal: RedirectRefusal): RedirectStep {
  return { url: null, refusal };
}
