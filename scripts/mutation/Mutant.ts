import { z } from "zod";
import type { SourceText } from "./SourceText.ts";
import type { Range } from "./syntaxTree.ts";

/** One change to one file. */
export const mutantSchema = z.object({
  /** Path from the project's root. */
  file: z.string(),
  /** The function (or constant) it lies in. */
  scope: z.string(),
  /** The operator that made it, such as "relational". */
  operator: z.string(),
  /** Bytes, the end is the first byte after it. */
  range: z.object({ start: z.number(), end: z.number() }),
  replacement: z.string(),
  line: z.number(),
  /** The lines that change, trimmed, before and after. */
  before: z.string(),
  after: z.string(),
});
export type Mutant = z.infer<typeof mutantSchema>;

/** What an operator proposes. */
export interface Edit {
  readonly operator: string;
  readonly range: Range;
  readonly replacement: string;
}

const oneLine = (text: string) => text.trim().replace(/\s+/g, " ");

export function mutantFrom(edit: Edit, place: { file: string; scope: string; text: SourceText }): Mutant {
  const { text } = place;
  const lines = text.lines(edit.range);
  const after =
    text.slice({ start: lines.start, end: edit.range.start }) +
    edit.replacement +
    text.slice({ start: edit.range.end, end: lines.end });
  return {
    file: place.file,
    scope: place.scope,
    ...edit,
    line: text.lineAt(edit.range.start),
    before: oneLine(text.slice(lines)),
    after: oneLine(after),
  };
}
