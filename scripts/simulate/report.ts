import { readFileSync, writeFileSync } from "node:fs";

/** The page has no place for the figures of this name. */
export class NoMarkedBlock extends Error {
  override name = "NoMarkedBlock";

  constructor(block: string) {
    super(`the page needs the lines <!-- simulate:${block} --> and, below it, <!-- /simulate -->`);
  }
}

/** The text with what stands between the marks of a block replaced. Throws NoMarkedBlock where there are no marks. */
export function withBlock(text: string, block: string, content: string): string {
  const opening = `<!-- simulate:${block} -->\n`;
  const start = text.indexOf(opening);
  const end = text.indexOf("<!-- /simulate -->", start);
  if (start < 0 || end < 0) throw new NoMarkedBlock(block);
  return `${text.slice(0, start + opening.length)}\n${content.trim()}\n\n${text.slice(end)}`;
}

/** What all simulations can be asked for on the command line. */
export const reportOptions = {
  json: { type: "boolean" },
  write: { type: "boolean" },
  check: { type: "boolean" },
} as const;

export interface Report {
  /** The page below docs/; the protocol's where none is named. */
  readonly page?: string;
  /** Name of the marks in the page. */
  readonly block: string;
  /** The file below scripts/simulate/ that writes it. */
  readonly script: string;
  /** For programs. */
  readonly figures: unknown;
  readonly markdown: string;
}

/**
 * Shows the figures, for people or as JSON; `write` puts them into their page, `check` compares them with what stands there.
 * @returns Exit code: 1 when `check` finds other figures.
 */
export function show(
  { page = "protocol.md", block, script, figures, markdown }: Report,
  options: { json?: boolean | undefined; write?: boolean | undefined; check?: boolean | undefined },
): number {
  if (options.check || options.write) {
    const file = new URL(`../../docs/${page}`, import.meta.url);
    const before = readFileSync(file, "utf8");
    const after = withBlock(before, block, markdown);
    if (options.write) writeFileSync(file, after);
    else if (after !== before) {
      console.error(
        `docs/${page} has other figures: run \`node scripts/simulate/${script}.ts --write\`, read the difference, and commit it.`,
      );
      return 1;
    }
  }
  if (options.json) console.log(JSON.stringify(figures, null, 2));
  else if (!options.check) console.log(markdown);
  return 0;
}

/** A Markdown table; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `| ${cells.join(" | ")} |`);
  const rule = `| ${(rows[0] ?? []).map(() => "---").join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

/** 0.123 → "12 %", with one digit behind the point below 10 %. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0 || value === 100) return `${value} %`;
  if (value < 0.05) return "<0.1 %";
  if (value > 99.95) return ">99.9 %";
  return `${value < 9.95 || value > 90.05 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** A chance of any size; below 1e-12 it is no more than that. */
export function chance(value: number): string {
  if (value >= 0.00095) return percent(value);
  return value < 1e-12 ? "<1e-12" : value.toExponential(0);
}
