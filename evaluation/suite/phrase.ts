import { z } from "zod";

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
    .max(400)
    .refine((text) => places.every((place) => text.includes(`{${place}}`)), {
      message: `expected a text with ${places.map((place) => `{${place}}`).join(" and ")}`,
    });
}
