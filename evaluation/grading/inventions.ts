import type { Probe } from "../plan/probe.ts";
import { editDistance } from "./editDistance.ts";
import { objectWithin } from "./parseObject.ts";

/** What nobody asked for, by kind. */
export const inventionKinds = ["fences", "headings", "emphasis", "extraKeys", "prose", "whitespace", "case"] as const;
export type InventionKind = (typeof inventionKinds)[number];

/** Replies longer than this are compared by their beginning only; bounds the cost of the edit distance. */
const comparedLength = 400;

/** The unrequested kinds found in one reply to a format probe; none when it keeps its contract. */
export function inventionsIn(probe: Probe, reply: string): InventionKind[] {
  if (reply === probe.expected) return [];
  const found: InventionKind[] = [];
  if (reply.includes("```")) found.push("fences");
  if (/^\s{0,3}#{1,6}\s/m.test(reply)) found.push("headings");
  if (/\*\*|__/.test(reply)) found.push("emphasis");
  if (hasExtraKeys(probe, reply)) found.push("extraKeys");
  if (hasProse(probe, reply)) found.push("prose");
  if (reply.trim() !== reply) found.push("whitespace");
  if (reply !== probe.expected && reply.toLowerCase() === probe.expected.toLowerCase()) found.push("case");
  return found;
}

/** Hidden clean-up: edits (insert, delete, replace one UTF-16 unit) from the reply to what was asked for. */
export function cleanupCost(probe: Probe, reply: string): number {
  return editDistance(reply.slice(0, comparedLength), probe.expected.slice(0, comparedLength));
}

function hasExtraKeys(probe: Probe, reply: string): boolean {
  const object = objectWithin(reply);
  const asked = Object.keys(objectWithin(probe.expected) ?? { label: "" });
  return object !== null && Object.keys(object).some((key) => !asked.includes(key));
}

/** Words around the answer, once JSON objects, fences and the words of the right answer are taken away. */
function hasProse(probe: Probe, reply: string): boolean {
  const start = reply.indexOf("{");
  const end = reply.lastIndexOf("}");
  const outside = start >= 0 && end > start ? reply.slice(0, start) + reply.slice(end + 1) : reply;
  const asked = new Set([...wordsOf(probe.expected), "label", "json", "csv"]);
  return wordsOf(outside).filter((word) => !asked.has(word)).length >= 2;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? [];
}
