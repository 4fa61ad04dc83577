const invisible = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;
const asciiOnly = /^[\x20-\x7e\n\t\r]*$/;

/** Cyrillic and Greek letters that look like Latin ones; NFKC leaves them alone. */
const lookAlikes = new Map(
  Object.entries({
    ...{ а: "a", в: "b", е: "e", к: "k", м: "m", н: "h", о: "o", р: "p", с: "c", т: "t", у: "y", х: "x" },
    ...{ ѕ: "s", і: "i", ј: "j", ԁ: "d", ɡ: "g", ո: "n", α: "a", ε: "e", ι: "i", κ: "k", ν: "v", ο: "o", ρ: "p" },
    ...{ τ: "t", υ: "u", χ: "x", ı: "i" },
  }),
);

/** Compatibility forms folded (NFKC), invisible characters removed, look-alikes made Latin, lower case. */
function foldUnicode(text: string): string {
  const folded = text.normalize("NFKC").replace(invisible, "").toLowerCase();
  return folded.replace(/[^\0-\x7f]/g, (character) => lookAlikes.get(character) ?? character);
}

/** A text without compatibility forms, look-alikes and invisible characters, in lower case. */
export function fold(text: string): string {
  return asciiOnly.test(text) ? text.toLowerCase() : foldUnicode(text);
}

/** The words of a text as lower-case ASCII letters and digits, separated and surrounded by single spaces. */
export function normalise(text: string): string {
  const words = fold(text)
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
  return words === "" ? " " : ` ${words} `;
}
