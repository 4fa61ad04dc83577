import type { Range } from "./syntaxTree.ts";

const blank = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*/;

/** A source file by bytes, because the compiler counts in bytes and comments hold more than ASCII. */
export class SourceText {
  readonly #bytes: Buffer;

  constructor(text: string) {
    this.#bytes = Buffer.from(text);
  }

  slice({ start, end }: Range): string {
    return this.#bytes.toString("utf8", start, end);
  }

  replace({ start, end }: Range, replacement: string): string {
    return this.slice({ start: 0, end: start }) + replacement + this.slice({ start: end, end: this.#bytes.length });
  }

  /** Counted from 1. */
  lineAt(offset: number): number {
    return this.slice({ start: 0, end: offset }).split("\n").length;
  }

  /** The range made longer to whole lines, without the line break at the end. */
  lines({ start, end }: Range): Range {
    const next = this.#bytes.indexOf("\n", end);
    const before = start === 0 ? -1 : this.#bytes.lastIndexOf("\n", start - 1);
    return { start: before + 1, end: next === -1 ? this.#bytes.length : next };
  }

  /** Where the first byte behind `offset` lies that is neither blank nor comment. */
  skipBlank(offset: number): number {
    const rest = this.slice({ start: offset, end: this.#bytes.length });
    return offset + Buffer.byteLength(blank.exec(rest)?.[0] ?? "");
  }
}
