import { z } from "zod";
import { answerSchemaOf, type Field, fieldSchema, problemWithField, wordingsOf } from "./fields.ts";
import {
  type Phrasings,
  phrasingsSchema,
  placeName,
  placesOf,
  problemWithPlaces,
  requestTemplate,
  shareBps,
  template,
  wordsSchema,
} from "./phrase.ts";

/** Ways to say one phrasing: leaves room for the other choices of an item in one 256-bit draw. */
const maxWordings = 1n << 96n;

/** Requests whose fields must come back as one JSON object: families R, J and P. */
export const extractionSchema = z
  .strictObject({
    /** Share of requests phrased in a way that no training set was given (bps). */
    heldOutShareBps: shareBps,
    phrasings: phrasingsSchema,
    /** Places whose values belong into the answer. */
    fields: z.record(placeName, fieldSchema),
    /** Places whose words do not. */
    words: wordsSchema,
    prompts: z.strictObject({
      /** Asks for one JSON object, of which {schema} is the JSON Schema. A field the request does not name is null. */
      ask: template("schema"),
      request: requestTemplate,
    }),
  })
  .superRefine(({ fields, words, phrasings }, context) => {
    const report = (path: readonly string[], message: string) =>
      context.addIssue({ code: "custom", path: [...path], message });
    if (Object.keys(fields).length === 0) report(["fields"], "holds no field");
    if (Object.keys(fields).length > 16) report(["fields"], "holds over 16 fields");
    for (const [name, field] of Object.entries(fields)) {
      const problem = problemWithField(field) ?? (Object.hasOwn(words, name) ? "is among the words too" : null);
      if (problem !== null) report(["fields", name], problem);
    }
    const unknown = problemWithPlaces(phrasings, [...Object.keys(fields), ...Object.keys(words)]);
    if (unknown !== null) report(["phrasings"], unknown);
    const wide = allPhrasings(phrasings).find((text) => wordings(text, fields, words) > maxWordings);
    if (unknown === null && wide !== undefined) {
      report(
        ["phrasings"],
        `"${wide}" can be said in over 2^96 ways, more than one draw holds; make its fields smaller`,
      );
    }
    const repeated = allPhrasings(phrasings).find((text) => hasTwice(placesOf(text).filter((name) => fields[name])));
    if (repeated !== undefined)
      report(["phrasings"], `"${repeated}" has a field twice, so that its value is not clear`);
  });

export type Extraction = z.infer<typeof extractionSchema>;

/** Names of the fields, in the order of the answer. */
export function fieldNames({ fields }: Extraction): string[] {
  return Object.keys(fields).sort();
}

/** JSON Schema of the right answers: every field is there, and null where a phrasing need not name it. */
export function answerSchema(extraction: Extraction): Readonly<Record<string, unknown>> {
  const names = fieldNames(extraction);
  const properties = names.map((name) => {
    const field = extraction.fields[name];
    const schema = field ? answerSchemaOf(field) : {};
    return [name, canMiss(extraction, name) ? orNull(schema) : schema] as const;
  });
  return { type: "object", properties: Object.fromEntries(properties), required: names, additionalProperties: false };
}

/** How many texts a phrasing can become. */
export function wordings(
  phrasing: string,
  fields: Readonly<Record<string, Field>>,
  words: Readonly<Record<string, readonly string[]>>,
): bigint {
  return placesOf(phrasing).reduce((ways, place) => {
    const field = fields[place];
    return ways * (field ? wordingsOf(field) : BigInt(words[place]?.length ?? 0));
  }, 1n);
}

function orNull(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (Array.isArray(schema.enum)) return { enum: [...schema.enum, null] };
  return { ...schema, type: [schema.type, "null"] };
}

function canMiss({ phrasings }: Extraction, name: string): boolean {
  return allPhrasings(phrasings).some((text) => !placesOf(text).includes(name));
}

function allPhrasings({ train, heldOut }: Phrasings): string[] {
  return [...train, ...heldOut];
}

function hasTwice(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}
