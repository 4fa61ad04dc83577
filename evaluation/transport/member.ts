/** An own member of whatever JSON.parse gave; undefined for anything else. Inherited ones do not count: keys are the endpoint's choice. */
export function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

/** `choices[0]` of a completion or of a piece of one. */
export function firstChoice(completion: unknown): unknown {
  const choices = member(completion, "choices");
  return Array.isArray(choices) ? choices[0] : undefined;
}
