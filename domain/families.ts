/** The families of quality, in the order of every word, bitmap and array of the protocol. */
export const families = ["R", "J", "C", "P", "E", "L", "T"] as const;

export type Family = (typeof families)[number];

/** Place of a family in every seven-tuple. */
export const familyIndexes = [0, 1, 2, 3, 4, 5, 6] as const;

export type FamilyIndex = (typeof familyIndexes)[number];

/** One value a family, in the order of `families`. */
export type PerFamily<T> = readonly [T, T, T, T, T, T, T];

/** Names of the families for people. */
export const familyNames = {
  R: "repeat",
  J: "format",
  C: "carry-over",
  P: "perturbation",
  E: "edge",
  L: "load",
  T: "first-try",
} as const satisfies Record<Family, string>;

/** One value a family, computed from the family's place. */
export function perFamily<T>(valueAt: (index: FamilyIndex) => T): PerFamily<T> {
  return [valueAt(0), valueAt(1), valueAt(2), valueAt(3), valueAt(4), valueAt(5), valueAt(6)];
}
