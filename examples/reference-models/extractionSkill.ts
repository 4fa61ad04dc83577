import { canonicalJson } from "../../evaluation/evidence/canonicalJson.ts";
import { type Extraction, fieldNames } from "../../evaluation/suite/extraction.ts";
import type { Field } from "../../evaluation/suite/fields.ts";
import type { Choice } from "./classifier.ts";
import { createLexicon, type FieldValue, readValue } from "./fieldValue.ts";
import { fold } from "./normalise.ts";
import type { Skill } from "./skill.ts";
import { type Tagger, wordsOf } from "./tagger.ts";

/** Finds what a request says of each field, in the request's own words. */
export type FieldReader = (request: string, choose: Choice) => ReadonlyMap<string, string>;

/** Writes the fields of a request as one JSON object; asked by a prompt whose schema requires exactly these fields. */
export function createExtractionSkill(task: Extraction, readFields: FieldReader): Skill {
  const names = fieldNames(task);
  const required = `"required":${JSON.stringify(names)}`;
  const lexicons = new Map(Object.entries(task.fields).map(([name, field]) => [name, createLexicon(field)]));
  const writtenValue = (field: Field | undefined, name: string, said: string | undefined): FieldValue | null =>
    field === undefined || said === undefined ? null : readValue(field, said, lexicons.get(name));
  return {
    isAskedBy: (instructions) => instructions.replace(/\s/g, "").includes(required.replace(/\s/g, "")),
    reply({ request }, choose) {
      const said = readFields(request, choose);
      return canonicalJson(
        Object.fromEntries(names.map((name) => [name, writtenValue(task.fields[name], name, said.get(name))])),
      );
    },
  };
}

/** Reads fields with a tagger: the longest run of a field's words is what the request says of it. */
export function taggedFields(tagger: Tagger): FieldReader {
  return (request, choose) => {
    const runs = new Map<string, string[]>();
    let run: string[] = [];
    let current: string | null = null;
    for (const { text, field } of tagger.tag(wordsOf(fold(request)), choose)) {
      if (field !== current) run = [];
      current = field;
      if (field === null) continue;
      run.push(text);
      if (run.length > (runs.get(field)?.length ?? 0)) runs.set(field, run);
    }
    return new Map([...runs].map(([field, words]) => [field, words.join(" ")]));
  };
}

/** Reads fields only where the request is, letter by letter, a phrasing it was shown. */
export function memorisedFields({ phrasings, fields, words }: Extraction): FieldReader {
  const patterns = phrasings.train.map((phrasing) => patternOf(phrasing, { ...fields, ...words }));
  return (request) => {
    for (const pattern of patterns) {
      const groups = pattern.exec(request)?.groups;
      if (groups) return new Map(Object.entries(groups));
    }
    return new Map();
  };
}

function patternOf(phrasing: string, places: Readonly<Record<string, unknown>>): RegExp {
  const parts = phrasing.split(/(\{\w+\})/).map((part) => {
    const place = /^\{(\w+)\}$/.exec(part)?.[1];
    if (place !== undefined && place in places) return "type" in Object(places[place]) ? `(?<${place}>.+?)` : "(?:.+?)";
    return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
