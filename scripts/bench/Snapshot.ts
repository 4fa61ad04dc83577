import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

type Figures = Readonly<Record<string, number>>;
const figuresSchema = z.record(z.string(), z.number());

/** Figures of a benchmark that are committed: a change of one is part of the change that made it. */
export class Snapshot {
  readonly #name: string;
  readonly #file: URL;

  /** @param name Of the file in snapshots/, without its ending. */
  constructor(name: string) {
    this.#name = name;
    this.#file = new URL(`../../snapshots/${name}.json`, import.meta.url);
  }

  write(figures: Figures): void {
    writeFileSync(this.#file, `${JSON.stringify(figures, null, 2)}\n`);
  }

  /** One line for every figure that is not the committed one. */
  differences(now: Figures): string[] {
    const committed = figuresSchema.parse(JSON.parse(readFileSync(this.#file, "utf8")));
    const names = [...new Set([...Object.keys(committed), ...Object.keys(now)])];
    return names
      .filter((name) => committed[name] !== now[name])
      .map((name) => `${this.#name}: ${name} is ${now[name] ?? "none"}, committed is ${committed[name] ?? "none"}`);
  }
}
