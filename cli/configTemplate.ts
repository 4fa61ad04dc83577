import JSON5 from "json5";
import { z } from "zod";

/** Values of top-level fields that are to stand in the file. */
export type GivenValues = Readonly<Record<string, unknown>>;

type Shape = z.core.JSONSchema.BaseSchema;

const lineWidth = 110;

/**
 * A commented configuration (JSON5) made from the schema's own descriptions and defaults, so that it never says what the schema does not.
 * Given fields stand as they are; every other one stands commented out with its default, or an example where it has none.
 */
export function configTemplate(schema: z.ZodType, given: GivenValues, heading: readonly string[]): string {
  const shape = z.toJSONSchema(schema, { io: "input", reused: "inline", unrepresentable: "any" });
  const fields = Object.entries(shape.properties ?? {}).map(([name, field]) => {
    if (typeof field === "boolean") return "";
    const value = given[name];
    const lines = [
      ...wrapped(field.description ?? ""),
      ...insideOf(field),
      ...(value === undefined ? commentedOut(name, field) : memberLines(name, value)),
    ];
    return lines.map((line) => `  ${line}`).join("\n");
  });
  return `${wrapped(heading.join("\n")).join("\n")}\n{\n${fields.join("\n\n")}\n}\n`;
}

/** What the members of an object mean, one by one; nothing for other fields. */
function insideOf({ properties }: Shape): string[] {
  return Object.entries(properties ?? {}).flatMap(([name, member]) =>
    typeof member === "boolean" || member.description === undefined ? [] : wrapped(`  ${name}: ${member.description}`),
  );
}

function commentedOut(name: string, field: Shape): string[] {
  return memberLines(name, exampleOf(field)).map((line) => `// ${line}`);
}

const memberLines = (name: string, value: unknown): string[] =>
  `${JSON.stringify(name)}: ${JSON5.stringify(value, { quote: '"', space: 2 })},`
    .replace(/^(\s*)([A-Za-z]\w*): /gm, '$1"$2": ')
    .split("\n");

/** The default, else an example that the schema gives, else the smallest value there is. */
function exampleOf(field: Shape): unknown {
  if (field.default !== undefined && !isEmptyObject(field.default)) return field.default;
  const [example] = field.examples ?? [];
  if (example !== undefined) return example;
  if (field.properties) return objectOf(field.properties);
  const [first] = field.anyOf ?? field.oneOf ?? [];
  if (first) return exampleOf(first);
  if (field.enum) return field.enum[0];
  if (field.type === "array") return [];
  if (field.type === "boolean") return false;
  if (field.type === "integer" || field.type === "number") return field.minimum ?? 0;
  return "…";
}

function objectOf(properties: NonNullable<Shape["properties"]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, typeof member === "boolean" ? null : exampleOf(member)]),
  );
}

const isEmptyObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** A text as `//` lines of at most `lineWidth` letters. */
function wrapped(text: string): string[] {
  return text
    .split("\n")
    .flatMap((paragraph) => {
      const lines: string[] = [];
      const indent = /^\s*/.exec(paragraph)?.[0] ?? "";
      let line = "";
      for (const word of paragraph.trim().split(/\s+/)) {
        if (line !== "" && line.length + word.length + 1 > lineWidth) {
          lines.push(line);
          line = `${indent === "" ? "" : `${indent}  `}${word}`;
        } else line = line === "" ? `${indent}${word}` : `${line} ${word}`;
      }
      return line === "" ? lines : [...lines, line];
    })
    .map((line) => `// ${line}`);
}
