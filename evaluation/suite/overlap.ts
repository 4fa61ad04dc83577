/** A phrasing cut at its places: at each point of the text one of these words. */
type Segments = readonly (readonly string[])[];

/** Steps of one comparison before it is given up: far more than phrasings of a few hundred letters need. */
const maxSteps = 20_000;

/** Cuts a phrasing at its places. Case is folded: a perturbed request may come in capitals. */
export function segmentsOf(phrasing: string, words: Readonly<Record<string, readonly string[]>>): Segments {
  return phrasing
    .toLowerCase()
    .split(/(\{\w+\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const place = /^\{(\w+)\}$/.exec(part)?.[1];
      return place === undefined ? [part] : (words[place] ?? []).map((word) => word.toLowerCase());
    });
}

/** A text that both phrasings can become; null when there is none. */
export function overlapOf(a: Segments, b: Segments): string | null {
  return new Comparison(a, b).search({ a: 0, b: 0, ahead: "", leader: "a" }, "");
}

/** How far both phrasings are written out, and what one of them has said that the other still has to. */
interface State {
  readonly a: number;
  readonly b: number;
  readonly ahead: string;
  readonly leader: "a" | "b";
}

class Comparison {
  readonly #segments: { readonly a: Segments; readonly b: Segments };
  readonly #failed = new Set<string>();
  #steps = 0;

  constructor(a: Segments, b: Segments) {
    this.#segments = { a, b };
  }

  search(state: State, said: string): string | null {
    const key = `${state.a}/${state.b}/${state.leader}/${state.ahead}`;
    if (this.#failed.has(key) || this.#steps++ > maxSteps) return null;
    const found = this.#continue(state, said);
    if (found === null) this.#failed.add(key);
    return found;
  }

  #continue(state: State, said: string): string | null {
    const isOver = state.a === this.#segments.a.length && state.b === this.#segments.b.length;
    if (isOver) return state.ahead === "" ? said : null;
    const follower = this.#follower(state);
    const leader = follower === "a" ? "b" : "a";
    for (const word of this.#segments[follower][state[follower]] ?? []) {
      const moved = { ...state, [follower]: state[follower] + 1 };
      if (word.startsWith(state.ahead)) {
        const ahead = word.slice(state.ahead.length);
        const found = this.search({ ...moved, ahead, leader: follower }, said + ahead);
        if (found !== null) return found;
      } else if (state.ahead.startsWith(word)) {
        const found = this.search({ ...moved, ahead: state.ahead.slice(word.length), leader }, said);
        if (found !== null) return found;
      }
    }
    return null;
  }

  /** Who says the next word: whoever is behind; at a tie whoever is not at its end. */
  #follower({ a, ahead, leader }: State): "a" | "b" {
    if (ahead !== "") return leader === "a" ? "b" : "a";
    return a < this.#segments.a.length ? "a" : "b";
  }
}
