import { pick, type Random } from "./random.ts";

/** Writes text letter by letter, each drawn from what followed the letters before it in the corpus. */
export interface CharacterModel {
  /**
   * The likeliest next character after `context` (temperature 0), or one drawn as often as it came in the corpus. Where the
   * last `order` characters are new to it, one fewer is looked at, and so on.
   */
  next(context: string, random: Random | undefined): string;
}

/** A text of the corpus, and where in it the model's own writing begins: what stands before is only context. */
export interface CorpusText {
  readonly text: string;
  /** Spans `[from, to)` that the model does not learn to write. */
  readonly given: readonly (readonly [from: number, to: number])[];
}

/** Counts what follows every run of up to `order` characters. A corpus of 1,000 replies takes some 30 ms. */
export function trainCharacterModel(corpus: readonly CorpusText[], order: number): CharacterModel {
  const followers = new Map<string, Map<string, number>>();
  for (const { text, given } of corpus) {
    for (let at = 0; at < text.length; at++) {
      if (given.some(([from, to]) => at >= from && at < to)) continue;
      for (let length = 0; length <= Math.min(order, at); length++) {
        count(followers, text.slice(at - length, at), text[at] ?? "");
      }
    }
  }
  return {
    next(context, random) {
      for (let length = order; length >= 0; length--) {
        const counts = followers.get(context.slice(Math.max(0, context.length - length)));
        if (counts) return random ? drawn(counts, random) : likeliest(counts);
      }
      return "";
    },
  };
}

function count(followers: Map<string, Map<string, number>>, context: string, character: string): void {
  const counts = followers.get(context) ?? new Map<string, number>();
  followers.set(context, counts);
  counts.set(character, (counts.get(character) ?? 0) + 1);
}

function likeliest(counts: ReadonlyMap<string, number>): string {
  let best = "";
  let most = 0;
  for (const [character, times] of counts) {
    if (times <= most) continue;
    best = character;
    most = times;
  }
  return best;
}

function drawn(counts: ReadonlyMap<string, number>, random: Random): string {
  return pick(
    random,
    [...counts].flatMap(([character, times]) => Array<string>(times).fill(character)),
  );
}
