import { COVERAGE_LIBRARY_FILE_NAME } from "@nomicfoundation/edr";
import type { Mutant } from "./Mutant.ts";
import { SourceText } from "./SourceText.ts";
import { type SwitchPlace, switchPlaces } from "./switchPlaces.ts";
import type { Range, SyntaxNode } from "./syntaxTree.ts";

/** What the code compares with a mutant's number. Without the optimizer it stands in the code as it is, to be overwritten. */
const selector = "a55a7e3c91d20b64";
/** Numbers of mutants begin at 1; this one makes the original tell where it runs. */
export const tracing = 0xffff;
const wordLength = selector.length;

/** A mutant with its number in the code. */
export interface Numbered {
  readonly mutant: Mutant;
  readonly number: number;
}

/** A file that holds the original and mutants of it, one of them at a time. */
export interface SwitchedFile {
  readonly content: string;
  /** Where each mutant's own wording stands in the content. */
  readonly wordings: readonly { readonly range: Range; readonly number: number }[];
  /** Mutants by the function or constant they lie in. */
  readonly scopes: ReadonlyMap<string, readonly number[]>;
  /** The place each mutant belongs to, by the mutant's number: what the traced original reports. Without one: not known. */
  readonly sites: ReadonlyMap<number, number>;
  /** Mutants that no switch can hold, such as a modifier that is gone. */
  readonly left: readonly Mutant[];
}

/** Code in which a mutant is chosen; 0 chooses the original. */
export function choose(code: string, number: number): string {
  return code.replaceAll(selector, number.toString(16).padStart(wordLength, "0"));
}

const test = (number: number) => `uint64(0x${selector}) == ${number}`;

/** Text that knows where parts of it came to stand. */
class Pieces {
  #length = 0;
  readonly #texts: string[] = [];
  readonly wordings: { range: Range; number: number }[] = [];

  add(text: string, number?: number): void {
    const start = this.#length;
    this.#length += Buffer.byteLength(text);
    this.#texts.push(text);
    if (number !== undefined) this.wordings.push({ range: { start, end: this.#length }, number });
  }

  get text(): string {
    return this.#texts.join("");
  }
}

interface FilledPlace {
  readonly place: SwitchPlace;
  readonly mutants: readonly Numbered[];
}

const isWithin = (inner: Range, outer: Range) => outer.start <= inner.start && inner.end <= outer.end;

function fill(places: readonly SwitchPlace[], mutants: readonly Numbered[]) {
  const filled = places
    .map((place) => ({ place, mutants: mutants.filter(({ mutant }) => isWithin(mutant.range, place.range)) }))
    .filter((item) => item.mutants.length > 0);
  const held = new Set(filled.flatMap((item) => item.mutants));
  return { filled, left: mutants.filter((item) => !held.has(item)).map(({ mutant }) => mutant) };
}

function wording(text: SourceText, range: Range, { range: changed, replacement }: Mutant): string {
  return (
    text.slice({ start: range.start, end: changed.start }) +
    replacement +
    text.slice({ start: changed.end, end: range.end })
  );
}

function writePlace(pieces: Pieces, text: SourceText, { place, mutants }: FilledPlace): void {
  const { range, kind } = place;
  const [question, answer, otherwise] = kind === "statement" ? ["if (", ") { ", " } else "] : ["(", ") ? (", ") : "];
  if (kind === "expression") pieces.add("(");
  for (const { mutant, number } of mutants) {
    pieces.add(`${question}${test(number)}${answer}`);
    pieces.add(wording(text, range, mutant), number);
    pieces.add(otherwise);
  }
  pieces.add(kind === "statement" ? `{ ${text.slice(range)} }` : `(${text.slice(range)}))`);
}

/** Statements that report that they run, by where they begin. The first mutant in one gives it its number. */
function reportsOf(filled: readonly FilledPlace[]) {
  const reports = new Map<string, { range: Range; site: number; bare: boolean }>();
  for (const { place, mutants } of filled) {
    const { statement: range, declares: bare = false } = place;
    const site = mutants[0]?.number;
    if (range === undefined || site === undefined || reports.has(`${range.start}`)) continue;
    reports.set(`${range.start}`, { range, site, bare });
  }
  return reports;
}

interface Insertion {
  readonly at: number;
  /** Of those at one place, the larger stands further out. */
  readonly depth: number;
  readonly write: (pieces: Pieces) => void;
  /** Where the text goes on behind it. */
  readonly next: number;
}

function insertions(text: SourceText, filled: readonly FilledPlace[]): Insertion[] {
  const found: Insertion[] = [];
  for (const { range, site, bare } of reportsOf(filled).values()) {
    const report = `if (${test(tracing)}) __NomicFoundationCoverage.sendHit(${site});`;
    const begin = (pieces: Pieces) => pieces.add(bare ? `${report} ` : `{ ${report} `);
    found.push({ at: range.start, depth: range.end - range.start + 1, write: begin, next: range.start });
    // The end of an outer statement comes behind that of an inner one.
    const end = (pieces: Pieces) => pieces.add(" }");
    if (!bare) found.push({ at: range.end, depth: -(range.end - range.start), write: end, next: range.end });
  }
  for (const item of filled) {
    const { start, end } = item.place.range;
    found.push({ at: start, depth: 0, write: (pieces) => writePlace(pieces, text, item), next: end });
  }
  return found.sort((a, b) => a.at - b.at || order(a) - order(b) || b.depth - a.depth);
}

/** Ends come before what begins at the same place. */
function order({ depth }: Insertion): number {
  return depth < 0 ? 0 : 1;
}

/** @param tree The compiler's syntax tree of the file. */
export function withSwitches(content: string, tree: SyntaxNode, mutants: readonly Numbered[]): SwitchedFile {
  const text = new SourceText(content);
  const { filled, left } = fill([...switchPlaces(tree, text)], mutants);
  const reports = reportsOf(filled);
  const pieces = new Pieces();
  let done = 0;
  for (const { at, next, write } of insertions(text, filled)) {
    pieces.add(text.slice({ start: done, end: at }));
    write(pieces);
    done = next;
  }
  pieces.add(text.slice({ start: done, end: Buffer.byteLength(content) }));
  pieces.add(`\nimport "${COVERAGE_LIBRARY_FILE_NAME}";\n`);
  const sites = new Map<number, number>();
  for (const { place, mutants: held } of filled) {
    const site = reports.get(`${place.statement?.start}`)?.site;
    if (site !== undefined) for (const { number } of held) sites.set(number, site);
  }
  const scopes = Map.groupBy(mutants, ({ mutant }) => mutant.scope);
  return {
    content: pieces.text,
    wordings: pieces.wordings,
    scopes: new Map([...scopes].map(([scope, inside]) => [scope, inside.map(({ number }) => number)])),
    sites,
    left,
  };
}
