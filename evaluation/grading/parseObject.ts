/** The object that a text is as a whole; null when it is anything else, which the first character tells of most replies without an exception. */
export function parseObject(text: string): Record<string, unknown> | null {
  if (!/^[ \t\n\r]*\{/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Members of objects in a JSON text. `{"label":"a","label":"b"}` parses to one; a contract asks for one. */
export function countMembers(json: string): number {
  return (json.match(/"\s*:/g) ?? []).length;
}

/** From the first `{` to the last `}`: where a reply with something around it holds its object. */
export function objectWithin(reply: string): Record<string, unknown> | null {
  return parseObject(reply.slice(reply.indexOf("{"), reply.lastIndexOf("}") + 1));
}
