import { type Family, families, type PerFamily } from "../../domain/families.ts";
import { builder } from "./builder.ts";

export const FamilyEnum = builder.enumType("Family", {
  description: "R repeat, J format, C carry-over, P perturbation, E edge, L load, T first try.",
  values: families,
});

/** One number of one family. */
export const FamilyValue = builder.objectRef<{ family: Family; value: bigint }>("FamilyValue").implement({
  description: "One number of one family, in the unit that the field says.",
  fields: (t) => ({
    family: t.field({ type: FamilyEnum, resolve: ({ family }) => family }),
    value: t.int({ resolve: ({ value }) => Number(value) }),
  }),
});

export function familyValues(values: PerFamily<bigint>): { family: Family; value: bigint }[] {
  return families.map((family, i) => ({ family, value: values[i] ?? 0n }));
}

/** Families of a bitmap, lowest bit first. */
export function familiesOf(bitmap: bigint): Family[] {
  return families.filter((_, i) => (bitmap >> BigInt(i)) & 1n);
}
