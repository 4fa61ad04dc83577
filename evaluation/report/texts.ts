/** Texts held once each, however often they are used: repeats share their prompts and mostly their replies. */
export class Texts {
  readonly #places = new Map<string, number>();

  /** @returns the text's place in `within()` */
  place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.#places.size;
    this.#places.set(text, place);
    return place;
  }

  /**
   * All texts by place, the longest of them cut so that together they take at most `budget` UTF-16 units of
   * embedded JSON. A cut text says how much is missing.
   */
  within(budget: number): string[] {
    const texts = [...this.#places.keys()];
    const longest = texts.reduce((most, { length }) => Math.max(most, length), 0);
    let limit = longest;
    while (limit > shortest && sizeAt(texts, limit) > budget) limit = Math.floor(limit / 2);
    return texts.map((text) => cut(text, limit));
  }
}

/** No text is cut below this: a list of items without any text helps nobody. */
const shortest = 100;

function sizeAt(texts: readonly string[], limit: number): number {
  return texts.reduce((sum, text) => sum + embeddedLength(text, limit) + cutNote.length, 0);
}

/** Units of a text's beginning in `embedJson`, at most: counted, for building megabytes only to measure them takes seconds. */
function embeddedLength(text: string, limit: number): number {
  let length = 0;
  for (let index = 0; index < Math.min(text.length, limit); index++) length += embeddedUnits(text.charCodeAt(index));
  return length;
}

/** Control characters, `&`, `<`, `>`, line separators and (at worst) surrogates take six units, `"` and `\\` two. */
function embeddedUnits(code: number): number {
  if (code < 0x20 || code === 0x26 || code === 0x3c || code === 0x3e) return 6;
  if (code >= 0x2028 && (code <= 0x2029 || (code >= 0xd800 && code <= 0xdfff))) return 6;
  return code === 0x22 || code === 0x5c ? 2 : 1;
}

const cutNote = " … [123456 more characters in the evidence]";

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)} … [${text.length - limit} more characters in the evidence]`;
}
