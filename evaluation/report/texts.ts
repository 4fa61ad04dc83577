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
   * All texts by place, the longest of them cut so that together they take at most `budget` UTF-16 units or so. A cut text says
   * how much is missing.
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

/** Control characters and other escapes take six units in JSON. */
function sizeAt(texts: readonly string[], limit: number): number {
  return texts.reduce((sum, text) => sum + JSON.stringify(text.slice(0, limit)).length + cutNote.length, 0);
}

const cutNote = " … [123456 more characters in the evidence]";

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)} … [${text.length - limit} more characters in the evidence]`;
}
