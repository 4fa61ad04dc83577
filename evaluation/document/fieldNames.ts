import leven from "leven";
import { z } from "zod";

type Json = z.core.JSONSchema.BaseSchema;

/** Names a schema knows for the object at a path; none when there is no object with fixed names. */
export function fieldNames(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const whole = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
  const found = path.reduce<readonly Json[]>((shapes, part) => shapes.flatMap((shape) => inside(shape, part)), [whole]);
  return [...new Set(found.flatMap(variants).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The name that a misspelt one most likely stands for: at most a third of its letters are other ones. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => 3 * distance <= Math.max(candidate.length, name.length))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** A schema's own shape and all of its alternatives. */
const variants = (shape: Json): Json[] => [
  shape,
  ...[...(shape.anyOf ?? []), ...(shape.oneOf ?? []), ...(shape.allOf ?? [])].flatMap((each) => variants(each)),
];

const inside = (shape: Json, part: PropertyKey): Json[] =>
  variants(shape).flatMap(({ properties, items }) => {
    const member = typeof part === "number" ? items : properties?.[String(part)];
    return typeof member === "object" && !Array.isArray(member) ? [member] : [];
  });
