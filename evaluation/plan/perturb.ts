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

/** Bounds the draw in long requests. */
const maxTypos = 12;

interface Request {
  readonly text: string;
  /** Words that no typo may touch. */
  readonly keep: readonly string[];
}

/** A variant of a request that keeps its meaning. */
export function perturb(kind: PerturbationKind, request: Request, suite: Suite, dice: Dice): string {
  const { text } = request;
  switch (kind) {
    case "typo":
      return withTypos(request, dice);
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

function withTypos({ text, keep }: Request, dice: Dice): string {
  const letters = [...text];
  const kept = keptPlaces(text, keep);
  const places = letters.flatMap((letter, index) => (neighbours[letter] && !kept.has(index) ? [index] : []));
  if (places.length === 0) return text;
  const typos = Math.min(places.length, maxTypos, Math.max(1, Math.floor(places.length / lettersPerTypo)));
  for (let typo = 0; typo < typos; typo++) {
    const index = dice.pick(places);
    letters[index] = dice.pick([...(neighbours[letters[index] ?? ""] ?? "e")]);
  }
  return letters.join("");
}

/** Places of the letters that belong to a kept word, wherever it stands. */
function keptPlaces(text: string, keep: readonly string[]): Set<number> {
  const places = new Set<number>();
  for (const word of keep) {
    for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
      const first = [...text.slice(0, start)].length;
      [...word].forEach((_, offset) => {
        places.add(first + offset);
      });
    }
  }
  return places;
}
