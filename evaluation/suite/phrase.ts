import { z } from "zod";

/** A word that an answer may consist of. */
export const label = z.string().regex(/^[a-z]{1,32}$/, "expected a label of 1 to 32 letters a-z");

/** How often something comes, beside the weights of its neighbours. */
export const weight = z.int().min(0).max(1000);

export const shareBps = z.int().min(0).max(10_000);

/** Name of a place in a phrasing: `{order}`. */
export const placeName = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "expected 1 to 32 of a-z, 0-9 and _");

/** Ways to say a thing; `heldOut` ones are those that no training set was given. */
export const phrasingsSchema = z.strictObject({
  train: z.array(phrase(200)).min(1).max(64),
  heldOut: z.array(phrase(200)).min(1).max(64),
});
export type Phrasings = z.infer<typeof phrasingsSchema>;

/** Words for each place of a phrasing that says nothing of the answer. */
export const wordsSchema = z.record(placeName, z.array(phrase(40)).min(1).max(64));

/** Wraps a request: what the model has to look at stands between `<<` and `>>`. */
export const requestTemplate = template("text").refine((text) => text.endsWith("<<{text}>>"), {
  message: 'expected "…<<{text}>>"',
});

/** Text that goes into a prompt. `>>` ends the quoted request, so no phrase may hold it. */
export function phrase(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !text.includes(">>") && text.isWellFormed(), { message: 'holds ">>" or a lone surrogate' });
}

/** Text with named places such as `{a}`, each of which must be there. */
export function template(...places: readonly string[]) {
  return z
    .string()
    .max(1000)
    .refine((text) => places.every((place) => text.includes(`{${place}}`)), {
      message: `expected a text with ${places.map((place) => `{${place}}`).join(" and ")}`,
    });
}

/** Names of the places of a phrasing, in order, with repetitions. */
export function placesOf(phrasing: string): string[] {
  return [...phrasing.matchAll(/\{(\w+)\}/g)].map(([, place]) => place ?? "");
}

/** Places in one phrasing: keeps every choice of a probe item within one 256-bit draw. */
const maxPlaces = 8;

/** The first phrasing with too many places, or with one that is not known, in words; null when there is none. */
export function problemWithPlaces(phrasings: Phrasings, known: readonly string[]): string | null {
  for (const text of [...phrasings.train, ...phrasings.heldOut]) {
    const places = placesOf(text);
    const unknown = places.find((place) => !known.includes(place));
    if (unknown !== undefined) return `"${text}" uses {${unknown}}, for which there are no words`;
    if (places.length > maxPlaces) return `"${text}" has over ${maxPlaces} places`;
  }
  return null;
}
