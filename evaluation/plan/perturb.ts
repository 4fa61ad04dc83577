import type { PerturbationKind, Suite } from "../suite/suite.ts";
import type { Dice } from "./dice.ts";

/** Neighbours on a QWERTY keyboard. */
const neighbours: Readonly<Record<string, string>> = {
  q: "wa",
  w: "qes",
  e: "wrd",
  r: "etf",
  t: "ryg",
  y: "tuh",
  u: "yij",
  i: "uok",
  o: "ipl",
  p: "ol",
  a: "qsz",
  s: "awdx",
  d: "sefc",
  f: "drgv",
  g: "fthb",
  h: "gyjn",
  j: "hukm",
  k: "jil",
  l: "ko",
  z: "asx",
  x: "zsdc",
  c: "xdfv",
  v: "cfgb",
  b: "vghn",
  n: "bhjm",
  m: "njk",
};

/** One typo for so many letters, at least one: about the rate of hurried typing on a phone. */
const lettersPerTypo = 16;

/** A variant of a request that keeps its meaning. */
export function perturb(kind: PerturbationKind, text: string, suite: Suite, dice: Dice): string {
  switch (kind) {
    case "typo":
      return withTypos(text, dice);
    case "case":
      return text.toUpperCase();
    case "spacing":
      return `  ${text.split(" ").join(dice.pick(["  ", " \n ", "\t"]))} `;
    case "filler": {
      const { before, after } = dice.pick(suite.perturbation.fillers);
      return before + text + after;
    }
    case "punctuation":
      return `${text.split(" ").join(", ")} !!`;
  }
}

function withTypos(text: string, dice: Dice): string {
  const letters = [...text];
  const places = letters.flatMap((letter, index) => (neighbours[letter] ? [index] : []));
  const typos = Math.min(places.length, Math.max(1, Math.floor(places.length / lettersPerTypo)));
  for (let typo = 0; typo < typos; typo++) {
    const index = dice.pick(places);
    letters[index] = dice.pick([...(neighbours[letters[index] ?? ""] ?? "e")]);
  }
  return letters.join("");
}
