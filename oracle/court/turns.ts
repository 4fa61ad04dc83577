/**
 * When it is a node's turn to do what anyone may do: some seconds after the one before it in line, counted from the moment it saw that it
 * is to be done. So usually one node pays for it, and where that one fails the next does.
 */
export interface Turns {
  /** @param rank Place in line, from 0. @param now Seconds of the chain's clock. */
  isDue(subject: string, rank: bigint, now: bigint): boolean;
  /** Not again before another turn has passed. */
  rest(subject: string, now: bigint): void;
  /** Forgets what need not be done any more. */
  keepOnly(subjects: ReadonlySet<string>): void;
}

/** Tries after which a subject rests for long: what the contract refuses today it mostly refuses tomorrow. */
const maxTries = 5;
const longRest = 100n;

export function createTurns(stagger: bigint): Turns {
  const seen = new Map<string, { since: bigint; restUntil: bigint; tries: number }>();
  return {
    isDue(subject, rank, now) {
      const known = seen.get(subject) ?? { since: now, restUntil: 0n, tries: 0 };
      seen.set(subject, known);
      return now >= known.since + rank * stagger && now >= known.restUntil;
    },
    rest(subject, now) {
      const known = seen.get(subject);
      if (!known) return;
      known.tries += 1;
      known.restUntil = now + stagger * (known.tries < maxTries ? 2n : longRest);
    },
    keepOnly(subjects) {
      for (const subject of seen.keys()) if (!subjects.has(subject)) seen.delete(subject);
    },
  };
}
