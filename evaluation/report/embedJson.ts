/**
 * JSON for a script element. Whatever the strings hold, nothing in it can end the element or open a comment: `<`, `>` and `&` are
 * written as escapes, as are the line separators that old parsers end a line at. Lone surrogates are escaped by JSON.stringify.
 */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
