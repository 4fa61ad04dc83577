import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { SuiteError } from "../suite.ts";

type Path = readonly (string | number)[];

/** Aliases (`*name`) followed at most: bounds what a small file can grow to. */
const maxAliases = 100;

/** A YAML file that knows its lines. */
export class YamlFile {
  readonly value: unknown;
  readonly #file: string;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /** @throws SuiteError with file, line and column */
  constructor(text: string, file: string) {
    this.#file = file;
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const [error] = this.#document.errors;
    if (error) {
      throw new SuiteError(`${this.#place(error.pos[0])}: is not YAML (${firstLine(error.message)}); correct the file`);
    }
    try {
      this.value = this.#document.toJS({ maxAliasCount: maxAliases });
    } catch (cause) {
      throw new SuiteError(`${file}: is not YAML (${firstLine(String(cause))}); correct the file`, { cause });
    }
  }

  /** The refusal of what stands at a path, or of the closest thing around it. */
  refusal(path: Path, reason: string): SuiteError {
    return new SuiteError(`${this.#place(this.#offsetOf(path))}: ${reason}`);
  }

  #offsetOf(path: Path): number {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  }

  #place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#file}:${Math.max(1, line)}:${Math.max(1, col)}`;
  }
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").slice(0, 120);
}
