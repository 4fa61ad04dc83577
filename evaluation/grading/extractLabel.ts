import { objectWithin } from "./parseObject.ts";

/**
 * The fixed extractor: the label of the first `{…}` that is JSON, else the word after `LABEL`, else the one label that is mentioned.
 * Two different labels mentioned are no answer.
 */
export function extractLabel(reply: string, labels: readonly string[]): string | null {
  const object = objectWithin(reply);
  const inObject = object?.label;
  if (typeof inObject === "string" && labels.includes(inObject)) return inObject;
  const afterName = /\blabel\b[^A-Za-z]{1,8}([A-Za-z]{1,32})\b/i.exec(reply)?.[1]?.toLowerCase();
  if (afterName && labels.includes(afterName)) return afterName;
  const words = new Set(reply.toLowerCase().match(/[a-z]+/g) ?? []);
  const mentioned = labels.filter((label) => words.has(label));
  return mentioned.length === 1 ? (mentioned[0] ?? null) : null;
}
