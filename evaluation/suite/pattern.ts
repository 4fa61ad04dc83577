import { RE2JS, RE2JSException } from "re2js";
import { z } from "zod";

/** Longest pattern, and largest program it may compile to: bounds what one reply of a hostile model can cost. */
const maxPatternLength = 500;
const maxProgramSize = 2_000;

const compiled = new Map<string, RE2JS>();
const maxCompiled = 10_000;

/**
 * A regular expression for text that a model wrote. RE2 syntax: no look-around, no back-reference, so that a search takes time linear in
 * the text, whatever pattern and text are. JavaScript's own engine can be made to backtrack for years by a reply of fifty letters.
 */
export const patternSchema = z
  .string()
  .max(maxPatternLength)
  .superRefine((source, context) => {
    const message = problemWith(source);
    if (message !== null) context.addIssue({ code: "custom", message });
  });

/** Whether the pattern is found anywhere in the text. */
export function findsPattern(source: string, text: string): boolean {
  return compile(source).test(text);
}

/** Whether the pattern fits the text from end to end. */
export function fitsPattern(source: string, text: string): boolean {
  return compile(source).testExact(text);
}

/** Why a pattern is refused, in words; null when it is fine. */
function problemWith(source: string): string | null {
  if (!source.isWellFormed()) return "holds a lone surrogate";
  try {
    const size = compile(source).programSize();
    return size > maxProgramSize ? `is too large: ${size} steps, at most ${maxProgramSize} allowed` : null;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `is not a regular expression that runs in linear time (${error.message.replace(/\s+/g, " ")})`;
  }
}

function compile(source: string): RE2JS {
  const known = compiled.get(source);
  if (known) return known;
  const made = RE2JS.compile(source);
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(source, made);
  return made;
}
