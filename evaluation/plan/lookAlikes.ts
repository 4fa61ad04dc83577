import type { Dice } from "./dice.ts";

/** Cyrillic letters that look like Latin ones. */
const homoglyphs: Readonly<Record<string, string>> = {
  a: "\u0430",
  c: "\u0441",
  e: "\u0435",
  i: "\u0456",
  j: "\u0458",
  o: "\u043e",
  p: "\u0440",
  s: "\u0455",
  x: "\u0445",
  y: "\u0443",
};

const zeroWidths = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"] as const;

/** The same text to the eye in other characters: full-width forms of ASCII, or Cyrillic letters in place of Latin ones. */
export function asLookAlikes(text: string, kind: "full-width" | "homoglyph"): string {
  if (kind === "homoglyph") return text.replace(/[a-z]/g, (letter) => homoglyphs[letter] ?? letter);
  return text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
}

/** The same text to the eye with a zero-width character after every second to fourth character. */
export function withZeroWidths(text: string, dice: Dice): string {
  const step = 2 + dice.roll(3);
  const character = dice.pick(zeroWidths);
  return [...text].map((letter, index) => (index % step === step - 1 ? letter + character : letter)).join("");
}
