/** A URL without what may be a secret in it: name and password, path and query. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return "…";
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname === "/" && search === "" ? "" : "/…"}`;
}
