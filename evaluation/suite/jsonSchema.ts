import { Ajv, type ValidateFunction } from "ajv";
import { RE2JS } from "re2js";

/** A JSON Schema of the subset that suites may use. */
export type JsonSchema = boolean | Readonly<Record<string, unknown>>;

const compiled = new WeakMap<object, ValidateFunction>();

/** Whether a value keeps a schema. Patterns run in linear time, as all that meets the text of a model. */
export function keepsSchema(schema: JsonSchema, value: unknown): boolean {
  if (typeof schema === "boolean") return schema;
  const known = compiled.get(schema);
  if (known) return known(value);
  const validate = createAjv().compile(schema);
  compiled.set(schema, validate);
  return validate(value);
}

/** A validator of its own for each schema: an Ajv remembers what it compiled for as long as it lives. */
function createAjv(): Ajv {
  const linear = Object.assign((pattern: string) => RE2JS.compile(pattern), { code: "linear" });
  return new Ajv({
    strict: false,
    logger: false,
    validateSchema: false,
    addUsedSchema: false,
    code: { regExp: linear },
  });
}
